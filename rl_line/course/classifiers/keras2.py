"""Lines of Keras 2 from slides and books, run today, with their errors and warnings."""

from __future__ import annotations

import warnings
from typing import Any

from rl_line.course.calculations import output

WORDS = {
    "en": {
        "old": "Three lines of Keras 2 that fail today",
        "cure": "Its cure:",
        "warned": "Two more only warn. Mind the second: its decay is **ignored**, so the steps do not shrink.",
    },
    "pt": {
        "old": "Três linhas do Keras 2 que falham hoje",
        "cure": "O remédio:",
        "warned": "Outras duas só avisam. Cuidado com a segunda: o decay é **ignorado**, e os passos não diminuem.",
    },
}
#: Lines that fail, and their cures.
FAILING = {
    "model.predict_classes(x)": "model.predict(x, verbose=0).argmax(axis=-1)",
    "keras.optimizers.Adam(lr=0.01)": "keras.optimizers.Adam(learning_rate=0.01).learning_rate.numpy()",
    "from keras.utils import np_utils; np_utils.to_categorical([0, 2])": "keras.utils.to_categorical([0, 2])",
}
#: Lines that warn.
WARNING = ("keras.layers.Dense(16, input_dim=2)", "keras.optimizers.Adam(learning_rate=0.01, decay=1e-4)")


def outcome(line: str, /, **names: Any) -> str:
    """The value of a line of Python as text, or its error, or its warnings.

    Args:
        line: statements separated by "; "; the last one is an expression.
        names: variables for the line.

    >>> outcome("x = 2; x + y", y=1), outcome("1 / 0")
    ('3', 'ZeroDivisionError: division by zero')
    """
    *statements, last = line.split("; ")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            exec("; ".join(statements), names)
            given = str(eval(last, names))
        except Exception as error:  # of any kind: the page shows it
            folder = f" ({getattr(error, 'path', None)})"  # the path of this machine in an import error
            return f"{type(error).__name__}: {str(error).replace(folder, '')}"
    told = dict.fromkeys(f"{one.category.__name__}: {one.message}" for one in warned)
    return " ".join(told) or given


def today(lang: str, **names: Any) -> str:
    """Markdown, with HTML in it, of all lines and their outcomes today.

    Args:
        lang: language of the words.
        names: `keras`; `model`, a classifier; and `x`, inputs for it.
    """
    words = WORDS[lang]
    parts = [f"## {words['old']}"]
    for old, new in FAILING.items():
        parts += [_session(old, names), words["cure"], _session(new, names), "---"]
    return "\n\n".join([*parts, words["warned"], *(_session(line, names) for line in WARNING)])


def _session(line: str, names: dict[str, Any]) -> str:
    """HTML of a line and its outcome, as in an interactive session."""
    entered = "\n".join(f">>> {part}" for part in line.split("; "))
    return output(f"{entered}\n{outcome(line, **names)}")
