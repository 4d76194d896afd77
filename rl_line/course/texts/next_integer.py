"""Texts of the lesson "3. Next integer, one linear cell"."""

TEXTS = {
    "en": {
        "title": "3. Next integer, one linear cell",
        "see": "5, 6, 7, 8: what comes next? One linear cell has three weights to say it with. Move them: at which "
        "lengths of the input is it right, and by what arithmetic?",
        "weights": "start the weights from",
        "course": "the course's",
        "exact": "the exact ones",
        "seed": "seed\N{NO-BREAK SPACE}{seed}",
        "train": "Train five cells on two integers",
        "training": "Five cells learn from two integers each time ...",
        "bias": "bias b",
        "first": "first integer",
        "length": "length",
        "yours": "yours",
        "at two": "largest error at length 2",
        "at all": "at lengths 1 to 10",
        "why": "After the integers n - 1 and n the cell says\n\n"
        "s = (n - 1) Wi Ws + n Wi + b (1 + Ws) = **Wi (1 + Ws)** n + **b (1 + Ws) - Wi Ws**\n\n"
        "and n + 1 is right. For every n this takes a slope Wi (1 + Ws) of 1, and a constant of 1 behind it. "
        "Two conditions for three weights: Ws is free. Yours say **{slope} n + {constant}**.",
        "says": "prediction",
        "error": "error",
        "predictions": "Predictions at every length",
        "family": "Every cell on a curve is right at its length",
        "alt": "Predictions at lengths 1 to 10, by your weights and by the course's, beside the right numbers.",
        "alt family": "Ws and Wi of all cells, on the curves of those right at length 2 and at length 10.",
        "hand": "**By hand**, every multiplication:",
        "network": "**By the network** of Keras, with these weights in float32: {value}. Right is {right}.",
        "question": "Which Wi and which bias make length 2 right for every integer, if Ws is 0.5? And which "
        "weights are right at every length?",
        "answer": "Wi = 1 / (1 + Ws) and b = (1 + Wi Ws) / (1 + Ws): for Ws = 0.5 it is **Wi = {wi}, b = {b}**. "
        "Length 1 wants Wi = b = 1 as well, which leaves Ws = 0: only **{best}** is right at every length.",
    },
    "pt": {
        "title": "3. O próximo inteiro, uma célula linear",
        "see": "5, 6, 7, 8: o que vem depois? Uma SimpleRNN de uma célula linear tem três pesos para dizê-lo. "
        "Mude-os: para quais tamanhos da entrada ela acerta, e com que contas?",
        "weights": "começar com os pesos",
        "course": "do curso",
        "exact": "exatos",
        "seed": "semente\N{NO-BREAK SPACE}{seed}",
        "train": "Treinar cinco células com dois inteiros",
        "training": "Cinco células aprendem com dois inteiros de cada vez ...",
        "bias": "viés b",
        "first": "primeiro inteiro",
        "length": "tamanho",
        "yours": "os seus",
        "at two": "maior erro no tamanho 2",
        "at all": "nos tamanhos 1 a 10",
        "why": "Depois dos inteiros n - 1 e n a célula diz\n\ns = (n - 1) Wi Ws + n Wi + b (1 + Ws) = "
        "**Wi (1 + Ws)** n + **b (1 + Ws) - Wi Ws**\n\ne o certo é n + 1. Para todo n isso exige uma inclinação "
        "Wi (1 + Ws) igual a 1, e uma constante igual a 1. Duas condições para três pesos: Ws fica livre. "
        "Os seus dizem **{slope} n + {constant}**.",
        "says": "previsão",
        "error": "erro",
        "predictions": "Previsões em cada tamanho",
        "family": "Toda célula sobre uma curva acerta no tamanho dela",
        "alt": "Previsões nos tamanhos 1 a 10, pelos seus pesos e pelos do curso, ao lado dos números certos.",
        "alt family": "Ws e Wi de todas as células, sobre as curvas das certas no tamanho 2 e no tamanho 10.",
        "hand": "**À mão**, cada multiplicação:",
        "network": "**Pela rede** do Keras, com esses pesos em float32: {value}. O certo é {right}.",
        "question": "Quais Wi e viés fazem o tamanho 2 dar certo para todo inteiro, se Ws for 0,5? E quais pesos "
        "acertam em todos os tamanhos?",
        "answer": "Wi = 1 / (1 + Ws) e b = (1 + Wi Ws) / (1 + Ws): para Ws = 0,5 são **Wi = {wi}, b = {b}**. "
        "O tamanho 1 pede também Wi = b = 1, o que deixa Ws = 0: só **{best}** acerta em todos os tamanhos.",
    },
}
