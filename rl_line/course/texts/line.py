"""Texts of the lesson "8. The line, action by action"."""

TEXTS = {
    "en": {
        "title": "8. The line, action by action",
        "see": "an agent walks on four states. Every action changes one cell of its table, the marked one, by the "
        "rule below it. The exact table, which no agent knows, stands beside it: is that where it goes?",
        "alpha": "step size alpha",
        "gamma": "discount gamma",
        "epsilon": "exploration epsilon",
        "start": "table at the start",
        "zeros": "zeros",
        "tens": "10 everywhere",
        "random": "random numbers",
        "own": "your own",
        "rows": "your own table, a row of left and right for each state",
        "act": "One action",
        "hundred": "100 actions",
        "thousands": "10,000 actions",
        "again": "Start again",
        "none": "No action yet.",
        "after": "Action {time}",
        "ended": "State {state} ends the episode: there is nothing to bootstrap from, and the agent starts again.",
        "learned": "learned",
        "exact": "exact",
        "bad": "**This is no table:** {text} Write four rows of two numbers, such as `0 2; 0 0; 0 9; 0 0`.",
        "question": "Start from zeros, with alpha 0.1 and gamma 0.8. How often must the agent walk from state 3 to "
        "state 4 before Q(3, right) is within 0.01 of the 9 that it is worth? What if alpha is 1?",
        "answer": "Each walk leaves 1 - alpha of the error: 9 x 0.9^n < 0.01 holds from **n = {count}** on "
        "(after it Q(3, right) = {value}). With alpha 1 **one** walk is enough, as the reward has no noise.",
    },
    "pt": {
        "title": "8. A linha, ação por ação",
        "see": "um agente anda por quatro estados. Cada ação muda uma célula da sua tabela, a marcada, pela regra "
        "abaixo dela. A tabela exata, que nenhum agente conhece, fica ao lado: é para lá que ele vai?",
        "alpha": "tamanho do passo alfa",
        "gamma": "desconto gama",
        "epsilon": "exploração épsilon",
        "start": "tabela no início",
        "zeros": "zeros",
        "tens": "10 em toda parte",
        "random": "números aleatórios",
        "own": "a sua",
        "rows": "a sua tabela, uma linha com esquerda e direita para cada estado",
        "act": "Uma ação",
        "hundred": "100 ações",
        "thousands": "10.000 ações",
        "again": "Recomeçar",
        "none": "Ainda nenhuma ação.",
        "after": "Ação {time}",
        "ended": "O estado {state} termina o episódio: não há de onde continuar, e o agente recomeça.",
        "learned": "aprendida",
        "exact": "exata",
        "bad": "**Não é uma tabela:** {text} Escreva quatro linhas de dois números, como `0 2; 0 0; 0 9; 0 0`.",
        "question": "Comece com zeros, com alfa 0,1 e gama 0,8. Quantas vezes o agente precisa ir do estado 3 ao "
        "estado 4 até que Q(3, direita) fique a menos de 0,01 do 9 que ela vale? E se alfa for 1?",
        "answer": "Cada passagem deixa 1 - alfa do erro: 9 x 0,9^n < 0,01 vale a partir de **n = {count}** "
        "(depois disso Q(3, direita) = {value}). Com alfa 1 basta **uma**, pois a recompensa não tem ruído.",
    },
}
