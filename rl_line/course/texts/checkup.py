"""Texts of the lesson "10. Is my agent right?"."""

TEXTS = {
    "en": {
        "title": "10. Is my agent right?",
        "see": "an agent of three lines. Choose a bug, or write your own into its line: the table that it learns "
        "stands beside the exact one. Then the checkup says, without having seen the line, what is wrong.",
        "bug": "the bug",
        "none": "no bug",
        "terminal-bootstrap": "goes on from the end",
        "truncation-as-termination": "takes a time limit for the end",
        "episodes-stitched": "goes on from the next start",
        "done-inverted": "stops everywhere but at the end",
        "terminal-reward-overridden": "puts -10 for the last reward",
        "wrong-gamma": "has another gamma",
        "gamma-zero": "forgets what follows",
        "reward-clipped": "cuts rewards off at 1",
        "reward-shifted": "learns the reward before",
        "min-for-max": "takes the worst action that follows",
        "mean-for-max": "takes the mean action that follows",
        "observation-aliased": "takes the state for the next",
        "max-over-wrong-axis": "takes the best of all states",
        "epsilon-inverted": "explores when it should not",
        "argmin-policy": "does what it likes least",
        "target": "moves Q towards",
        "explores": "explores with probability",
        "prefers": "does what has the most of",
        "start": "table at the start",
        "limit": "time limit, in steps",
        "told": "Marked cells are off by more than 0.5 after 10,000 steps with gamma 0.8 and epsilon 0.3. In the "
        "last half of them **{strayed:.1f} %** of its actions were not the best by its own table (15 % is right). "
        "Asked for its best it goes **{path}**.",
        "hidden": "Some bugs hide: going on from the end shows only in a table that did not start from 0, and a "
        "time limit matters only if it is short.",
        "ask": "Ask the checkup",
        "mistake": "**This does not work:** `{text}`",
        "right": "right would be",
        "yours": "## Your own agent\n\nThis is an agent in plain Python. Write your own in its place: a function "
        "`train` that returns a table, a network or an object with `act`. It runs on this machine alone.",
        "own": "your function",
        "check": "Check my agent",
        "question": "Which table does the line lead to, if it is followed for ever? Work out a bug by hand before "
        "you look: every cell rests where it is the mean of what it moves towards.",
        "answer": "The table where nothing moves any more, beside what was learned. They differ by {off:.3f} at most.",
        "rests": "at rest",
    },
    "pt": {
        "title": "10. Meu agente está certo?",
        "see": "um agente de três linhas. Escolha um erro, ou escreva o seu na linha: a tabela que ele aprende "
        "fica ao lado da exata. Depois o exame diz, sem ter visto a linha, o que está errado.",
        "bug": "o erro",
        "none": "nenhum erro",
        "terminal-bootstrap": "continua a partir do fim",
        "truncation-as-termination": "toma um limite de tempo pelo fim",
        "episodes-stitched": "continua no próximo início",
        "done-inverted": "para em todo lugar, menos no fim",
        "terminal-reward-overridden": "põe -10 como última recompensa",
        "wrong-gamma": "tem outro gama",
        "gamma-zero": "esquece o que segue",
        "reward-clipped": "corta recompensas em 1",
        "reward-shifted": "aprende a recompensa anterior",
        "min-for-max": "toma a pior ação seguinte",
        "mean-for-max": "toma a média das ações seguintes",
        "observation-aliased": "toma o estado pelo próximo",
        "max-over-wrong-axis": "toma o melhor de todos os estados",
        "epsilon-inverted": "explora quando não devia",
        "argmin-policy": "faz o que menos prefere",
        "target": "move Q em direção a",
        "explores": "explora com probabilidade",
        "prefers": "faz o que tem mais de",
        "start": "tabela no início",
        "limit": "limite de tempo, em passos",
        "told": "As células marcadas erram mais de 0,5 depois de 10.000 passos com gama 0,8 e épsilon 0,3. Na "
        "última metade deles, **{strayed:.1f} %** das ações não foram as melhores pela própria tabela (o certo é "
        "15 %). Quando se pede o seu melhor, ele vai **{path}**.",
        "hidden": "Alguns erros se escondem: continuar a partir do fim só aparece em uma tabela que não começou em "
        "0, e um limite de tempo só importa se for curto.",
        "ask": "Perguntar ao exame",
        "mistake": "**Isto não funciona:** `{text}`",
        "right": "o certo seria",
        "yours": "## O seu próprio agente\n\nEste é um agente em Python puro. Escreva o seu no lugar: uma função "
        "`train` que devolve uma tabela, uma rede ou um objeto com `act`. Ela roda só nesta máquina.",
        "own": "sua função",
        "check": "Examinar meu agente",
        "question": "A que tabela a linha leva, se for seguida para sempre? Calcule um erro à mão antes de olhar: "
        "cada célula repousa onde é a média daquilo em direção a que se move.",
        "answer": "A tabela em que nada mais se move, ao lado do que foi aprendido. Elas diferem em no máximo "
        "{off:.3f}.",
        "rests": "em repouso",
    },
}
