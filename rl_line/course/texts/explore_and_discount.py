"""Texts of the lesson "9. Activities 3 to 5: explore, learn, discount"."""

TEXTS = {
    "en": {
        "title": "9. Activities 3 to 5: explore, learn, discount",
        "see": "three numbers that a learner is given. Without exploration some agents never meet the 9. The step "
        "size that is best without noise is a bad one with it. And one discount decides what is right to do.",
        "explore": "## Activity 3: explore more\n\nFive agents learn for 2,000 steps, alpha 0.1, gamma 0.8. "
        "**First picture:** the sum of rewards of their episodes. Back and forth over the 2 until the limit of 100 "
        "steps collects far more than the {walk:g} of the way to the 9 (dashed). **Second:** values of their "
        "policies, discounted. Now back and forth is worth only {shuttle:.3f}, that way {best:.3f} (dashed). "
        "A line is the mean of the agents, its band goes from the lowest to the highest.",
        "epsilon": "exploration epsilon",
        "found": "With epsilon {epsilon:g}, **{count} of {agents}** agents met the 9. Their greedy policies are "
        "worth **{greedy:.3f}** on average, the same that go on exploring **{exploring:.3f}**.",
        "steps": "steps",
        "return": "return per episode",
        "value": "value from state 1",
        "greedy": "greedy",
        "exploring": "exploring",
        "learn": "## Activity 4: learn by larger steps\n\nRewards may be r + noise or r - noise, by chance. With "
        "alpha 1 a value is replaced by its newest target: right without noise, once what follows is right, and as "
        "wrong as the last draw with noise. A small alpha averages over about 1/alpha targets, and takes longer.",
        "alpha": "step size alpha",
        "noise": "noise of the rewards",
        "error": "largest error of Q",
        "after": "Largest error after 2,000 steps: **{without:.3f}** without noise, **{noisy:.3f}** with it.",
        "discount": "## Activity 5: discount more, or less\n\nA smaller gamma makes all values shrink, and changes "
        "nothing about the best actions (only at 0 do both seem alike in state 2). A larger one does: past the "
        "dashed line the best policy never goes to the 9, but shuttles over the 2 for ever.",
        "gamma": "discount gamma",
        "walks": "After 20,000 steps with gamma {gamma:g} the agent goes **{path}**. From state 1, walking to the "
        "9 is worth {walk:.3f}, back and forth over the 2 is worth {shuttle:.3f}.",
        "question": "At which discount does the best policy change, and why there? And which alpha is best after "
        "2,000 steps if the noise is 2?",
        "answer": "At **gamma = {gamma:.4f}**: in state 3 going right pays 9, and back and forth over the 2 pays 2 "
        "+ 2 gamma^2 + ... = 2 / (1 - gamma^2), which is 9 at gamma = sqrt(7)/3. With noise 2, **alpha {alpha:g}** "
        "is best (mean error {least:.2f} of 20 agents), then {second:g} ({more:.2f}); with alpha 1 it is "
        "{one:.2f}. Without noise **alpha {clean:g}** is: {soon} steps to below 0.01, {late:,} with alpha 0.2.",
    },
    "pt": {
        "title": "9. Atividades 3 a 5: explorar, aprender, descontar",
        "see": "três números que são dados a quem aprende. Sem exploração, alguns agentes nunca encontram o 9. O "
        "tamanho de passo que é o melhor sem ruído é ruim com ele. E um desconto decide o que é certo fazer.",
        "explore": "## Atividade 3: explorar mais\n\nCinco agentes aprendem por 2.000 passos, alfa 0,1, gama 0,8. "
        "**Primeira figura:** a soma das recompensas dos seus episódios. Ir e voltar sobre o 2 até o limite de 100 "
        "passos junta bem mais que os {walk:g} do caminho até o 9 (tracejado). **Segunda:** valores das suas "
        "políticas, descontados. Agora o vaivém vale só {shuttle:.3f}, esse caminho {best:.3f} (tracejado). "
        "A linha é a média dos agentes, a faixa vai do menor ao maior.",
        "epsilon": "exploração épsilon",
        "found": "Com épsilon {epsilon:g}, **{count} de {agents}** agentes encontraram o 9. Suas políticas gulosas "
        "valem em média **{greedy:.3f}**, as mesmas que continuam explorando **{exploring:.3f}**.",
        "steps": "passos",
        "return": "retorno por episódio",
        "value": "valor a partir do estado 1",
        "greedy": "gulosa",
        "exploring": "explorando",
        "learn": "## Atividade 4: aprender em passos maiores\n\nAs recompensas são r + ruído ou r - ruído, por "
        "acaso. Com alfa 1 um valor é trocado pelo alvo mais novo: certo sem ruído, assim que o que segue é certo, "
        "e tão errado quanto o último sorteio com ruído. Um alfa pequeno tira a média de uns 1/alfa alvos, e "
        "demora mais.",
        "alpha": "tamanho do passo alfa",
        "noise": "ruído das recompensas",
        "error": "maior erro de Q",
        "after": "Maior erro depois de 2.000 passos: **{without:.3f}** sem ruído, **{noisy:.3f}** com ele.",
        "discount": "## Atividade 5: descontar mais, ou menos\n\nUm gama menor encolhe todos os valores, e não "
        "muda nada nas melhores ações (só em 0 as duas parecem iguais no estado 2). Um maior muda: depois da linha "
        "tracejada a melhor política nunca vai até o 9, mas vai e volta sobre o 2 para sempre.",
        "gamma": "desconto gama",
        "walks": "Depois de 20.000 passos com gama {gamma:g} o agente vai **{path}**. A partir do estado 1, andar "
        "até o 9 vale {walk:.3f}, o vaivém sobre o 2 vale {shuttle:.3f}.",
        "question": "Em que desconto a melhor política muda, e por que ali? E qual alfa é o melhor depois de 2.000 "
        "passos se o ruído é 2?",
        "answer": "Em **gama = {gamma:.4f}**: no estado 3 ir para a direita paga 9, e ir e voltar sobre o 2 paga 2 "
        "+ 2 gama^2 + ... = 2 / (1 - gama^2), que é 9 em gama = raiz(7)/3. Com ruído 2, **alfa {alpha:g}** é o "
        "melhor (erro médio {least:.2f} de 20 agentes), depois {second:g} ({more:.2f}); com alfa 1 ele é "
        "{one:.2f}. Sem ruído é **alfa {clean:g}**: {soon} passos até menos de 0,01, {late:,} com alfa 0,2.",
    },
}
