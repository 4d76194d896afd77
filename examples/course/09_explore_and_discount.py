"""Activities 3 to 5: how much to explore, how large a step to learn by, and where the discount changes what is best."""

import marimo

app = marimo.App(app_title="Explore, learn, discount")

with app.setup:
    import gymnasium
    import marimo as mo
    import numpy as np

    from agents import EpsilonGreedy, QLearning, interact, plots, train
    from rl_line import dp
    from rl_line.course import page
    from rl_line.course.agents import pictures
    from rl_line.system.axes import new_axes

    EPSILONS = tuple(k / 10 for k in range(11))
    ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)

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


@app.function
def explored(epsilon, steps=2_000, agents=5):
    """Episodes of agents that explore so much [agents], and what their policies are worth, greedy and exploring."""
    env, runs, worth = gymnasium.make("RewardLine-v0"), [], []
    for seed in range(agents):
        agent = QLearning.for_env(env, gamma=0.8, alpha=0.1, policy=EpsilonGreedy(epsilon), seed=seed)
        runs.append(train(env, agent, steps=steps, seed=seed))
        policies = [agent.action_probabilities(np.arange(4), explore=explore) for explore in (False, True)]
        worth.append([dp.expected_return(env, policy, 0.8) for policy in policies])
    return runs, np.array(worth)


@app.function
def errors(alpha, noise, steps=2_000, every=20, agents=5):
    """Largest error of Q after every so many steps, the mean of some agents."""
    env, mean = gymnasium.make("RewardLine-v0", reward_noise=noise), np.zeros(steps // every)
    exact = dp.policy_iteration(env, 0.8).q
    for seed in range(agents):
        agent = QLearning.for_env(env, gamma=0.8, alpha=alpha, policy=EpsilonGreedy(0.3), seed=seed)
        for step, transition in enumerate(interact(env, agent, steps=steps, seed=agents + seed), start=1):
            agent.learn(transition)
            if step % every == 0:
                mean[step // every - 1] += np.abs(agent.q - exact).max() / agents
    return mean


@app.function
def discounted(gamma, steps=20_000):
    """An agent that learned with this discount."""
    env = gymnasium.make("RewardLine-v0")
    agent = QLearning.for_env(env, gamma=gamma, policy=EpsilonGreedy(0.3), seed=0)
    train(env, agent, steps=steps, seed=0)
    return agent


@app.function
def worths(gamma):
    """Value from state 1 of walking to the 9, and of going back and forth over the 2."""
    env = gymnasium.make("RewardLine-v0")
    return [dp.expected_return(env, policy, gamma) for policy in ([1, 1, 1, 1], [1, 0, 0, 0])]


@app.function
def best_alphas(noise=2.0, agents=20):
    """Step sizes: the two of least error after 2,000 steps with noise; without, the soonest to an error below 0.01."""
    wrong = {alpha: errors(alpha, noise, every=2_000, agents=agents)[0] for alpha in ALPHAS}
    steps = {alpha: 1 + int((errors(alpha, 0.0, every=1) >= 0.01).sum()) for alpha in ALPHAS[3:]}
    (alpha, second), clean = sorted(wrong, key=wrong.get)[:2], min(steps, key=steps.get)
    found = {"alpha": alpha, "least": wrong[alpha], "second": second, "more": wrong[second], "one": wrong[1.0]}
    return found | {"clean": clean, "soon": steps[clean], "late": steps[0.2]}


@app.cell
def _():
    lang = page.language()
    return (lang,)


@app.cell
def _(lang):
    texts = TEXTS[lang]
    page.head(texts, lang)
    return (texts,)


@app.cell
def _(lang, texts):
    by_epsilon = {chance: explored(chance) for chance in EPSILONS}
    epsilon = mo.ui.slider(steps=EPSILONS, value=0.1, label=texts["epsilon"], show_value=True)
    alpha = mo.ui.slider(steps=ALPHAS, value=0.1, label=texts["alpha"], show_value=True)
    noise = mo.ui.slider(0.5, 4.0, 0.5, value=2.0, label=texts["noise"], show_value=True)
    gamma = mo.ui.slider(0.0, 0.99, 0.01, value=0.8, label=texts["gamma"], show_value=True)
    asked = page.question(lang)
    return alpha, asked, by_epsilon, epsilon, gamma, noise


@app.cell
def _(by_epsilon, epsilon, lang, texts):
    (runs, values), (best, shuttle) = by_epsilon[epsilon.value], worths(0.8)
    returns = plots.learning_curve(runs, ax=new_axes(figsize=(6, 2.6)))
    returns.axhline(worths(0.999_999_999)[0], color="black", linestyle="--", linewidth=1)
    worth, of_all = new_axes(figsize=(6, 2.6)), np.stack([values for _, values in by_epsilon.values()], axis=1)
    for column, name in enumerate(("greedy", "exploring")):
        plots.over_epsilon(EPSILONS, of_all[:, :, column], ylabel=texts["value"], label=texts[name], ax=worth)
    worth.axhline(best, color="black", linestyle="--", linewidth=1)
    worth.axvline(epsilon.value, color="black", linewidth=1)
    worth.set_xlabel(texts["epsilon"])
    returns.set(xlabel=texts["steps"], ylabel=texts["return"])
    figures = [page.figure(drawn, drawn.get_ylabel(), lang) for drawn in (returns, worth)]
    explore = page.told(texts["explore"], lang, walk=11, shuttle=shuttle, best=best)
    means = dict(zip(("greedy", "exploring"), values.mean(axis=0), strict=True))
    met = [any(row["length"] < 100 for row in run) for run in runs]
    found = page.told(texts["found"], lang, epsilon=epsilon.value, count=sum(met), agents=len(met), **means)
    mo.vstack([explore, epsilon, *figures, found])
    return


@app.cell
def _(alpha, lang, noise, texts):
    without, noisy = (errors(alpha.value, by_chance) for by_chance in (0.0, noise.value))
    curve, at = new_axes(figsize=(6, 2.6)), range(20, 2_001, 20)
    plots.error_curve(at, without, label=f"{texts['noise']}: 0", ax=curve)
    plots.error_curve(
        at, noisy, label=f"{texts['noise']}: {page.number(noise.value, 'g', lang)}", color="#d97706", ax=curve
    )
    curve.set(xlabel=texts["steps"], ylabel=texts["error"], ylim=(1e-3, 20))
    curve.legend()
    after = page.told(texts["after"], lang, without=without[-1], noisy=noisy[-1])
    mo.vstack([mo.md(texts["learn"]), alpha, noise, page.figure(curve, texts["error"], lang), after])
    return


@app.cell
def _(gamma, lang, texts):
    mdp, agent = gymnasium.make("RewardLine-v0").unwrapped.mdp, discounted(gamma.value)
    diagram = plots.policy_over_gamma(mdp, gamma=gamma.value, ax=new_axes(figsize=(6, 3.6)))
    named = pictures.WORDS[lang]
    tables = {named["learned"]: agent.q, named["exact"]: dp.policy_iteration(mdp, gamma.value).q}
    along = pictures.path(mdp, agent.act)
    walk, shuttling = worths(gamma.value)
    walks = page.told(texts["walks"], lang, gamma=gamma.value, path=along, walk=walk, shuttle=shuttling)
    drawn = page.figure(diagram, texts["gamma"], lang)
    mo.vstack([mo.md(texts["discount"]), gamma, drawn, mo.Html(pictures.table(lang, **tables)), walks])
    return


@app.cell
def _(asked, lang, texts):
    def answer():
        with mo.status.spinner():
            change, alphas = dp.critical_gammas(gymnasium.make("RewardLine-v0"))[0], best_alphas()
        return page.told(texts["answer"], lang, gamma=change, **alphas)

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(explored, errors, discounted, worths, best_alphas, lang=lang)
    return


if __name__ == "__main__":
    app.run()
