"""Texts of the lesson "6. LSTM gates"."""

TEXTS = {
    "en": {
        "title": "6. LSTM gates",
        "see": "an LSTM of one cell reads a sequence. Three gates f, i, o, from 0 (shut) to 1 (open), decide at "
        "every step what it forgets, lets in and gives out. The page begins at step 2: at step 1 both h and C "
        "are still 0, so the forget gate multiplies nothing.",
        "x": "sequence",
        "wave": "a wave",
        "pulse": "a 1, then zeros",
        "noise": "random numbers",
        "own": "your own",
        "numbers": "your own sequence, 2 to 24 numbers",
        "bad": "**This is no sequence:** write 2 to 24 numbers such as `0.8 -0.5 0.3`.",
        "weights": "weights",
        "remembers the first": "by hand: remembers a first value above 0.4",
        "adds up": "by hand: all gates open, adds up",
        "forgets": "by hand: forget gate shut",
        "random": "random",
        "trained": "trained: say the first of ten numbers",
        "seed": "seed",
        "train": "Train",
        "busy": "TensorFlow is at work",
        "untrained": "Press Train (a few seconds). Until then the weights are random.",
        "loss": "Trained: the mean squared error is {loss}; that of always saying 0 is {zero}.",
        "step": "step",
        "step_1": "**Step 1:** h = 0 and C = 0. The forget gate is f = {f}, but f x 0 = 0: it multiplies nothing. "
        "What is left is C = i C~ = **{let_in}**.",
        "step_n": "**Step {step}:** of the old C = {before}, f = {f} keeps **{kept}**. Of the new C~ = "
        "{candidate}, i = {i} lets in **{let_in}**. Together C = **{C}**; out goes h = {o} tanh(C) = **{h}**.",
        "beyond": "C reaches {most} here. Gates, C~ and h stay within the dashed bounds, but C is a sum: it can "
        "grow by almost 1 at every step.",
        "sum": "weights of the sum",
        "bias": "bias b",
        "keras": "compare with Keras (a few seconds)",
        "difference": "By hand and by Keras with the same weights: the largest difference of h over {count} steps "
        "is **{difference}**.",
        "alt": "Three curves over {count} steps, one below the other: the input; the gates from 0 to 1; C~, C and "
        "h. Step {step} is marked: f {f}, i {i}, o {o}, C {C}, h {h}.",
        "question": "A forget gate has only its bias b, and nothing new comes in. With which b does a value keep "
        "90 % over 10 steps? How much is left with b = 1, where Keras begins? And how many weights has an LSTM of "
        "4 cells with 1 input?",
        "answer": "f^10 = 0.9 means f = 0.9^(1/10) = {f}, so **b = ln(f / (1 - f)) = {b}**; the trace of such a "
        "cell keeps {kept} %. With b = 1, f = {f1} and only **{kept1} %** is left. Weights: four sums, each with "
        "weights for h and x and a bias, 4 (units (units + inputs) + units) = **{count}**; the cell above: {one}.",
    },
    "pt": {
        "title": "6. As portas da LSTM",
        "see": "uma LSTM de uma célula lê uma sequência. A cada passo três portas f, i, o, de 0 (fechada) a 1 "
        "(aberta), decidem o que ela esquece, deixa entrar e deixa sair. A página começa no passo 2: no passo "
        "1 h e C ainda são 0, e a porta de esquecimento não multiplica nada.",
        "x": "sequência",
        "wave": "uma onda",
        "pulse": "um 1, depois zeros",
        "noise": "números aleatórios",
        "own": "a sua",
        "numbers": "a sua sequência, de 2 a 24 números",
        "bad": "**Não é uma sequência:** escreva de 2 a 24 números como `0.8 -0.5 0.3`.",
        "weights": "pesos",
        "remembers the first": "à mão: lembra um primeiro valor acima de 0,4",
        "adds up": "à mão: todas as portas abertas, soma",
        "forgets": "à mão: porta de esquecimento fechada",
        "random": "aleatórios",
        "trained": "treinados: dizer o primeiro de dez números",
        "seed": "semente",
        "train": "Treinar",
        "busy": "O TensorFlow está trabalhando",
        "untrained": "Aperte Treinar (alguns segundos). Até lá os pesos são aleatórios.",
        "loss": "Treinada: o erro quadrático médio é {loss}; o de dizer sempre 0 é {zero}.",
        "step": "passo",
        "step_1": "**Passo 1:** h = 0 e C = 0. A porta de esquecimento é f = {f}, mas f x 0 = 0: não multiplica "
        "nada. O que resta é C = i C~ = **{let_in}**.",
        "step_n": "**Passo {step}:** do C antigo = {before}, f = {f} conserva **{kept}**. Do novo C~ = "
        "{candidate}, i = {i} deixa entrar **{let_in}**. Juntos, C = **{C}**; sai h = {o} tanh(C) = **{h}**.",
        "beyond": "C chega a {most} aqui. As portas, C~ e h ficam dentro dos limites tracejados, mas C é uma "
        "soma: pode crescer quase 1 a cada passo.",
        "sum": "pesos da soma",
        "bias": "viés b",
        "keras": "comparar com o Keras (alguns segundos)",
        "difference": "À mão e pelo Keras com os mesmos pesos: a maior diferença de h em {count} passos é "
        "**{difference}**.",
        "alt": "Três curvas em {count} passos, uma abaixo da outra: a entrada; as portas de 0 a 1; C~, C e h. "
        "O passo {step} está marcado: f {f}, i {i}, o {o}, C {C}, h {h}.",
        "question": "Uma porta de esquecimento tem só o seu viés b, e nada de novo entra. Com qual b um valor "
        "conserva 90 % em 10 passos? Quanto resta com b = 1, onde o Keras começa? E quantos pesos tem uma LSTM de "
        "4 células com 1 entrada?",
        "answer": "f^10 = 0,9 quer dizer f = 0,9^(1/10) = {f}, então **b = ln(f / (1 - f)) = {b}**; a célula "
        "calculada assim conserva {kept} %. Com b = 1, f = {f1} e restam só **{kept1} %**. Pesos: quatro somas, "
        "cada uma com pesos para h e x e um viés, 4 (unidades (unidades + entradas) + unidades) = **{count}**; a "
        "célula acima tem {one}.",
    },
}
