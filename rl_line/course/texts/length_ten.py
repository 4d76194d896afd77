"""Texts of the lesson "4. Length ten; four cells and Dense(1)"."""

TEXTS = {
    "en": {
        "title": "4. Length ten; four cells and Dense(1)",
        "see": "the same cell, trained on ten integers at a time instead of two: is it better? Then four cells, "
        "whose state is four numbers, and a Dense layer that makes one of them, down to the last multiplication.",
        "seed": "seed of the first weights",
        "activation": "activation of the four cells",
        "train": "Train all four networks",
        "training": "Four networks learn ...",
        "first": "first integer",
        "length": "length of the input calculated by hand",
        "by hand": "network calculated by hand",
        "course": "the course's cell",
        "one, two": "1 cell, after two",
        "one, ten": "1 cell, after ten",
        "four, ten": "4 cells, after ten",
        "four, each": "4 cells, after each of ten",
        "before": "This is the course's cell, trained on two integers. **Press the button** to train one cell "
        "after two integers, one after ten, four after ten, and four with a target after each of the ten.",
        "verdict": "At length ten, with integers from 0 to 100, the cell trained on ten errs by {ten} at most, and "
        "the one trained on two by {two}. Trained on ten is **nearer at lengths {better}**, and **further off at "
        "{worse}**.",
        "predictions": "Predictions at every length",
        "alt": "Predictions of every network at lengths 1 to 12 beside the right numbers.",
        "why": "## Why Dense(1)?\n\nFour cells have a state of four numbers after every step, and the next integer "
        "is one. Dense(1) weighs the four: y = V1 s1 + V2 s2 + V3 s3 + V4 s4 + c. In Keras' words:",
        "shape": "shape",
        "count": "numbers",
        "sum": "together",
        "hand": "**By hand**, in the units that the network sees: MinMax makes (x - 0) / 100 of an integer x.",
        "back": "**Back in integers:** {y} x 100 + 0 = **{value}**. Right is {right}; the network of Keras says "
        "{network}.",
        "question": "How many weights have four cells and Dense(1), and how many have u cells? What is the answer "
        "after 5, 6, 7, 8, if the target came after ten integers only, and what if it came after each?",
        "answer": "u input weights, u x u recurrent ones and u biases, then u + 1 of Dense: 4 + 16 + 4 + 4 + 1 = "
        "**{count}**, and u^2 + 3 u + 1 for u cells. After 5, 6, 7, 8 (linear, seed 0) the four cells say "
        "**{ahead}** if they were trained after ten only, and **{every}** if after each: within {error} of 9.",
    },
    "pt": {
        "title": "4. Tamanho dez; quatro células e Dense(1)",
        "see": "a mesma célula, treinada com dez inteiros de cada vez em vez de dois: fica melhor? Depois quatro "
        "células, cujo estado são quatro números, e uma camada Dense que faz deles um, até a última multiplicação.",
        "seed": "semente dos primeiros pesos",
        "activation": "ativação das quatro células",
        "train": "Treinar as quatro redes",
        "training": "Quatro redes aprendem ...",
        "first": "primeiro inteiro",
        "length": "tamanho da entrada calculada à mão",
        "by hand": "rede calculada à mão",
        "course": "a célula do curso",
        "one, two": "1 célula, após dois",
        "one, ten": "1 célula, após dez",
        "four, ten": "4 células, após dez",
        "four, each": "4 células, após cada um de dez",
        "before": "Esta é a célula do curso, treinada com dois inteiros. **Aperte o botão** para treinar uma "
        "célula após dois inteiros, uma após dez, quatro após dez, e quatro com um alvo após cada um dos dez.",
        "verdict": "No tamanho dez, com inteiros de 0 a 100, a célula treinada com dez erra no máximo {ten}, e a "
        "treinada com dois {two}. A treinada com dez fica **mais perto nos tamanhos {better}**, e **mais "
        "longe em {worse}**.",
        "predictions": "Previsões em cada tamanho",
        "alt": "Previsões de cada rede nos tamanhos 1 a 12, ao lado dos números certos.",
        "why": "## Por que Dense(1)?\n\nQuatro células têm um estado de quatro números depois de cada passo, e o "
        "próximo inteiro é um só. Dense(1) pesa os quatro: y = V1 s1 + V2 s2 + V3 s3 + V4 s4 + c. Nas palavras do "
        "Keras:",
        "shape": "forma",
        "count": "números",
        "sum": "juntos",
        "hand": "**À mão**, nas unidades que a rede vê: MinMax faz de um inteiro x o número (x - 0) / 100.",
        "back": "**De volta aos inteiros:** {y} x 100 + 0 = **{value}**. O certo é {right}; a rede do Keras diz "
        "{network}.",
        "question": "Quantos pesos têm quatro células e Dense(1), e quantos têm u células? Qual é a resposta "
        "depois de 5, 6, 7, 8, se o alvo veio só após dez inteiros, e se veio após cada um?",
        "answer": "u pesos de entrada, u x u recorrentes e u vieses, depois u + 1 da Dense: 4 + 16 + 4 + 4 + 1 = "
        "**{count}**, e u^2 + 3 u + 1 para u células. Depois de 5, 6, 7, 8 (linear, semente 0) as quatro células "
        "dizem **{ahead}** se treinadas só após dez, e **{every}** se após cada um: a menos de {error} de 9.",
    },
}
