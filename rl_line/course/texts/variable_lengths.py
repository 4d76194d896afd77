"""Texts of the lesson "5. Variable lengths"."""

TEXTS = {
    "en": {
        "title": "5. Variable lengths",
        "see": "one cell that is to be right at every length learns from inputs of 1 to 5 integers. A batch holds "
        "inputs of one length, or of all, the short ones padded behind a mask. What decides: the way, the first "
        "weight, the seed?",
        "mask": "## What a mask does\n\nThis cell (Ws = 0.5) is right after {count} integers; the input is padded "
        "to 6 steps. A masked step leaves the state as it is. Without a mask the padding is read as integers.",
        "first": "first integer",
        "count": "how many integers",
        "value": "mask value",
        "nowhere": "-800, which no integer is",
        "also": "0, which is an integer too",
        "states": "step|input|state with mask|state without",
        "ends": "The last state is the answer: **{with_mask}** with the mask, {without} without. Right is {right}.",
        "train": "## The same training both ways\n\nThe same first weights and as many batches of about 98 inputs. "
        "Keras' own first recurrent weight is orthogonal: for one cell that is the number +1 or -1, so the cell "
        "begins by adding up all it sees, or by alternating.",
        "recurrent": "first recurrent weight",
        "orthogonal": "orthogonal (+1 or -1)",
        "zeros": "zero",
        "seeds": "seeds",
        "go": "Train both ways",
        "training": "{count} cells learn ...",
        "press": "**Press the button**: nothing is trained yet with these settings.",
        "epochs": "epochs of 5 batches",
        "buckets": "buckets",
        "padding": "padding and mask",
        "columns": "seed|first Ws|largest error, buckets|largest error, padding",
        "figure": "{start}: each line is a seed",
        "alt": "Largest error at lengths 1 to 20 of {count} seeds; {right} stay below 0.5 everywhere.",
        "right": "**Right when rounded at all lengths from 1 to 20:** {buckets} of {count} seeds by buckets, "
        "{padding} by padding and mask. (Trained were 1 to 5. Errors below 0.0001 are drawn at 0.0001.)",
        "question": "After 100 epochs, how many of ten seeds are right (when rounded) at all lengths from 1 to 20, "
        "if the first recurrent weight is orthogonal, and if it is zero?",
        "answer": "Of the seeds 0 to 9: {table}The first weight decides more than the way to make batches.",
        "part": "first weight {start}: **{buckets}** by buckets and **{padding}** by padding.",
    },
    "pt": {
        "title": "5. Tamanhos variáveis",
        "see": "uma célula que deve acertar em todos os tamanhos aprende com entradas de 1 a 5 inteiros. Um lote "
        "tem entradas de um só tamanho, ou de todos, as curtas preenchidas atrás de uma máscara. O que decide: o "
        "modo, o primeiro peso, a semente?",
        "mask": "## O que faz uma máscara\n\nEsta célula (Ws = 0,5) acerta depois de {count} inteiros; a entrada é "
        "preenchida até 6 passos. Um passo com máscara deixa o estado como está. Sem máscara, o preenchimento é "
        "lido como inteiros.",
        "first": "primeiro inteiro",
        "count": "quantos inteiros",
        "value": "valor da máscara",
        "nowhere": "-800, que nenhum inteiro é",
        "also": "0, que também é um inteiro",
        "states": "passo|entrada|estado com máscara|estado sem",
        "ends": "O último estado é a resposta: **{with_mask}** com a máscara, {without} sem. O certo é {right}.",
        "train": "## O mesmo treino dos dois modos\n\nOs mesmos primeiros pesos e igual número de lotes de umas 98 "
        "entradas. O primeiro peso recorrente do Keras é ortogonal: numa só célula é o número +1 ou -1, e ela "
        "começa somando tudo o que vê, ou alternando.",
        "recurrent": "primeiro peso recorrente",
        "orthogonal": "ortogonal (+1 ou -1)",
        "zeros": "zero",
        "seeds": "sementes",
        "go": "Treinar dos dois modos",
        "training": "{count} células aprendem ...",
        "press": "**Aperte o botão**: ainda não há treino com esta escolha.",
        "epochs": "épocas de 5 lotes",
        "buckets": "lotes de um tamanho",
        "padding": "preenchimento e máscara",
        "columns": "semente|primeiro Ws|maior erro, lotes|maior erro, preenchimento",
        "figure": "{start}: cada linha é uma semente",
        "alt": "Maior erro nos tamanhos 1 a 20 de {count} sementes; {right} ficam abaixo de 0,5 em toda parte.",
        "right": "**Certas ao arredondar em todos os tamanhos de 1 a 20:** {buckets} de {count} sementes com lotes "
        "de um tamanho, {padding} com preenchimento e máscara. (Treinados foram 1 a 5. Erros abaixo de 0,0001 "
        "são desenhados em 0,0001.)",
        "question": "Depois de 100 épocas, quantas de dez sementes acertam (ao arredondar) em todos os tamanhos de "
        "1 a 20, se o primeiro peso recorrente for ortogonal, e se for zero?",
        "answer": "Das sementes 0 a 9: {table}O primeiro peso decide mais do que o modo de fazer os lotes.",
        "part": "primeiro peso {start}: **{buckets}** com lotes de um tamanho e **{padding}** com preenchimento.",
    },
}
