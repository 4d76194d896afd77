"""Texts of the lesson "2. Digits: MLP against CNN"."""

TEXTS = {
    "en": {
        "title": "2. Digits: MLP against CNN",
        "see": "two networks of about equal size read handwritten digits, almost all of them rightly. Then the "
        "digits move by one pixel. Which network still reads them, and is it the convolution that helps?",
        "source": "digits",
        "filters": "filters of the CNN",
        "pool": "max pooling over squares of side",
        "budget": "The MLP has the width that brings it nearest to the CNN's number of parameters.",
        "split": "`validation_split=0.2` sets the **last** {kept} of {train} training digits aside before `fit` "
        "mixes any: sorted digits would lose whole classes. {test} more are kept for the test.",
        "start": "Train both",
        "digit": "test digit",
        "wait": "A {true}, and moved by one pixel in four ways. Press **Train both** to have it read.",
        "read": "A {true}, moved by one pixel in four ways: what the MLP / the CNN reads.",
        "network": "network",
        "train": "training",
        "validation": "validation",
        "test": "test",
        "moved": "moved",
        "lost": "lost",
        "shown": "errors of",
        "shift": "on the moved digits, all four ways",
        "question": "Does the CNN lose less by the move, and how much? Train five seeds (half a minute). And with "
        "squares of side 1, which pool nothing: is it the convolution that helps?",
        "answer": "By the move the MLP loses {mlp} points of accuracy, the CNN {cnn}: **{less} ± {half} less**, "
        "the mean of {seeds} seeds with its 95 % interval. {verdict}\n\n{agrees} Each seed draws other "
        "weights and test digits; as these overlap, the interval is a little too narrow.",
        "yes": "**Yes.** A filter looks everywhere, and pooling forgets where in a square it found something. That "
        "forgives part of a move, not all of it.",
        "no": "**That may be chance.** A convolution moves its output along with the digit, but the Dense layer "
        "behind it has learned places. It is pooling that forgets them.",
    },
    "pt": {
        "title": "2. Dígitos: MLP contra CNN",
        "see": "duas redes de tamanho quase igual leem dígitos manuscritos, e acertam quase todos. Depois os "
        "dígitos se movem um pixel. Qual rede ainda os lê, e é a convolução que ajuda?",
        "source": "dígitos",
        "filters": "filtros da CNN",
        "pool": "max pooling sobre quadrados de lado",
        "budget": "A MLP tem a largura que mais a aproxima do número de parâmetros da CNN.",
        "split": "`validation_split=0.2` separa os **últimos** {kept} de {train} dígitos de treino antes de `fit` "
        "misturar: dígitos ordenados perderiam classes inteiras. Outros {test} ficam para o teste.",
        "start": "Treinar as duas",
        "digit": "dígito de teste",
        "wait": "Um {true}, e movido um pixel de quatro modos. Aperte **Treinar as duas** para que seja lido.",
        "read": "Um {true}, movido um pixel de quatro modos: o que a MLP / a CNN lê.",
        "network": "rede",
        "train": "treino",
        "validation": "validação",
        "test": "teste",
        "moved": "movidos",
        "lost": "perde",
        "shown": "erros da",
        "shift": "nos dígitos movidos, dos quatro modos",
        "question": "A CNN perde menos com o movimento, e quanto? Treine cinco sementes (meio minuto). E com "
        "quadrados de lado 1, que nada juntam: é a convolução que ajuda?",
        "answer": "Com o movimento a MLP perde {mlp} pontos de acurácia, a CNN {cnn}: **{less} ± {half} a menos**, "
        "a média de {seeds} sementes com o seu intervalo de 95 %. {verdict}\n\n{agrees} Cada semente "
        "sorteia outros pesos e dígitos de teste; como estes se repetem, o intervalo é um pouco estreito demais.",
        "yes": "**Sim.** Um filtro olha em toda parte, e o pooling esquece onde, num quadrado, ele achou algo. "
        "Isso perdoa parte de um movimento, não ele todo.",
        "no": "**Pode ser acaso.** A convolução move a saída junto com o dígito, mas a camada Dense atrás dela "
        "aprendeu lugares. É o pooling que os esquece.",
    },
}
