"""Texts of the lesson "1. Keras review"."""

TEXTS = {
    "en": {
        "title": "1. Keras review",
        "see": "a network learns to tell arms of points apart, and the plane takes the colours of its answers; "
        "three ways to build it, and three lines of Keras 2 that fail today, with their errors and cures.",
        "told": "## Three ways to build, four to compile\n\nOnly the functional one can have **two outputs**; "
        "`fit` lowers the sum of their losses. `Input` replaced the `input_dim=2` of the first layer in Keras 2.",
        "task": "predict",
        "many": "which of three arms",
        "two": "which of two arms",
        "number": "a number: the distance",
        "both": "both, by two outputs",
        "distance": "distance from the middle",
        "units": "hidden units",
        "activation": "activation",
        "train": "Train",
        "epoch": "epochs",
        "untrained": "Not trained yet: these are the answers of random weights. Press **Train**.",
        "fit": "`fit` says of the points in the picture: {scores}.",
        "alt": "The plane in the colours of the network's answers, and the points it learns from.",
        "judged": "## New points\n\n`evaluate` says of {count} new points: {scores}. `predict` says of five:",
        "threshold": "arm 1 from this probability on",
        "question": "(a) How many parameters have `as_list` and `functional` with 16 units? (b) Labels are 0, 1, 2 "
        "or one-hot rows: which loss takes which? (c) Is the share that argmax has right `evaluate`'s accuracy?",
        "answer": "(a) (2 + 1) x 16 + (16 + 1) x 3 = **{list}**, and (16 + 1) x 1 more: **{two}**. Keras counts "
        "{counted}.\n\n(b) After 20 epochs, `sparse_categorical_crossentropy` of 0, 1, 2 is **{sparse}**, and "
        "`categorical_crossentropy` of one-hot rows **{one_hot}**: one loss. But of 0, 1, 2 it raises:\n\n"
        "{mixed}\n\n(c) argmax: **{share}**, `evaluate`: **{accuracy}**.",
    },
    "pt": {
        "title": "1. Revisão de Keras",
        "see": "uma rede aprende a separar braços de pontos, e o plano toma as cores das respostas; "
        "três maneiras de construí-la, e três linhas do Keras 2 que falham hoje, com erros e remédios.",
        "told": "## Três maneiras de construir, quatro de compilar\n\nSó a funcional pode ter **duas saídas**; "
        "`fit` reduz a soma das duas perdas. `Input` substituiu o `input_dim=2` da primeira camada no Keras 2.",
        "task": "prever",
        "many": "qual de três braços",
        "two": "qual de dois braços",
        "number": "um número: a distância",
        "both": "ambos, por duas saídas",
        "distance": "distância do meio",
        "units": "unidades ocultas",
        "activation": "ativação",
        "train": "Treinar",
        "epoch": "épocas",
        "untrained": "Ainda sem treino: são as respostas de pesos aleatórios. Aperte **Treinar**.",
        "fit": "`fit` diz dos pontos da figura: {scores}.",
        "alt": "O plano nas cores das respostas da rede, e os pontos com que ela aprende.",
        "judged": "## Pontos novos\n\n`evaluate` diz de {count} pontos novos: {scores}. `predict` diz de cinco:",
        "threshold": "braço 1 a partir desta probabilidade",
        "question": "(a) Quantos parâmetros têm `as_list` e `functional` com 16 unidades? (b) Rótulos são 0, 1, 2 "
        "ou linhas one-hot: qual perda aceita quais? (c) A parte que argmax acerta é a acurácia de `evaluate`?",
        "answer": "(a) (2 + 1) x 16 + (16 + 1) x 3 = **{list}**, e mais (16 + 1) x 1: **{two}**. O Keras conta "
        "{counted}.\n\n(b) Depois de 20 épocas, `sparse_categorical_crossentropy` de 0, 1, 2 é **{sparse}**, e "
        "`categorical_crossentropy` de linhas one-hot, **{one_hot}**: uma só perda. Mas com 0, 1, 2 ela causa:"
        "\n\n{mixed}\n\n(c) argmax: **{share}**, `evaluate`: **{accuracy}**.",
    },
}
