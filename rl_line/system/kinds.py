"""Checks of users' arguments: a known name and the right kind, or one clear error."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

Made = TypeVar("Made", bound=Callable[..., Any])

#: Names of an argument in other libraries, and its possible names here.
_ELSEWHERE = {
    "discount": ("gamma",),
    "discount_factor": ("gamma",),
    "learning_rate": ("alpha", "optimizer"),
    "lr": ("alpha", "learning_rate", "optimizer"),
    "eps": ("epsilon", "policy"),
    "epsilon": ("policy",),
    "exploration": ("policy",),
    "buffer_size": ("memory_size",),
    "total_timesteps": ("steps",),
    "timesteps": ("steps",),
    "n_eval_episodes": ("episodes",),
}


def spelled(made: Made) -> Made:
    """Decorator of a public function or class: TypeError with the closest name for an unknown argument.

    A class with `for_env` also refuses an environment in place of its first argument.

    >>> @spelled
    ... def half(count=2):
    ...     return count / 2
    >>> half(cuont=4)
    Traceback (most recent call last):
    TypeError: half has no argument 'cuont'. Did you mean 'count'? Known: count.
    """
    of_class = isinstance(made, type)
    function = made.__init__ if of_class else made  # type: ignore[misc]
    parameters = inspect.signature(made).parameters
    known = list(parameters)
    required = [name for name, one in parameters.items() if one.default is one.empty]

    @wraps(function)
    def called(*given: Any, **settings: Any) -> Any:
        for name in settings:
            if name not in known:
                owner = type(given[0]) if of_class else made
                raise TypeError(unknown(owner, name, known))
        if of_class and len(given) > 1 and hasattr(made, "for_env"):
            _no_env(type(given[0]), required, given[1])
        return function(*given, **settings)

    if not of_class:
        return called  # type: ignore[return-value]
    made.__init__ = called  # type: ignore[method-assign]
    return made


def unknown(owner: Any, name: str, known: Sequence[str]) -> str:
    """The message about an unknown argument of a function or class; its `lacks` may give a reason."""
    if reason := getattr(owner, "lacks", {}).get(name):
        return f"{owner.__name__} has no argument {name!r}: {reason}."
    return f"{owner.__name__} has no argument {name!r}. {hint(name, known)}Known: {', '.join(known) or 'none'}."


def hint(name: object, known: Iterable[str]) -> str:
    """A question with the closest known name, without regard to case; empty if none is close.

    >>> hint("LSTM", ["gru", "lstm"])
    "Did you mean 'lstm'? "
    """
    plain = {one.casefold().replace(" ", "_").replace("-", "_"): one for one in known}
    asked = str(name).casefold().replace(" ", "_").replace("-", "_")
    closest = [one for one in _ELSEWHERE.get(asked, ()) if one in plain]
    closest += get_close_matches(asked, plain, n=1, cutoff=0.5)
    return f"Did you mean {plain[closest[0]]!r}? " if closest else ""


def instance(name: str, value: Any, kind: type | tuple[type, ...], advice: str) -> None:
    """Raises TypeError unless a value is of a kind."""
    if not isinstance(value, kind):
        wanted = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
        raise TypeError(f"{name} is a {type(value).__name__}, expected a {wanted}; {advice}.")


def several(advice: str, /, **given: Any) -> list[Any]:
    """The one list, tuple or array given by name, as a list; TypeError for others, and for texts.

    >>> several("pass e.g. seeds=(0, 1)", seeds=range(2))
    [0, 1]
    """
    ((name, value),) = given.items()
    listed = value.tolist() if hasattr(value, "tolist") and not isinstance(value, type) else value
    if isinstance(listed, (str, bytes)) or not isinstance(listed, Sequence):
        raise TypeError(f"{name}={value!r:.200}, expected a list or a tuple; {advice}.")
    return list(listed)


def function(advice: str, /, *, count: int = 1, **given: Any) -> None:
    """Raises TypeError unless values, given by name, are functions of `count` arguments."""
    for name, value in given.items():
        if not callable(value) or isinstance(value, type) or not takes(value, *[None] * count):
            raise TypeError(f"{name}={value!r:.200}, expected a function of {count}; {advice}.")


def one_of(name: str, value: Any, options: tuple[str | None, ...]) -> None:
    """Raises ValueError unless a value is one of the options, which are texts or None."""
    if not (value is None or isinstance(value, str)) or value not in options:
        raise ValueError(f"{name}={value!r:.200}, expected one of {options}; pass e.g. {name}={options[-1]!r}.")


def flag(**given: Any) -> None:
    """Raises TypeError unless values, given by name, are True or False."""
    for name, value in given.items():
        if not isinstance(value, (bool, int, np.bool_)):
            raise TypeError(f"{name}={value!r:.200}, expected True or False; pass e.g. {name}=True.")


def with_methods(name: str, value: Any, *methods: str, advice: str) -> None:
    """Raises TypeError unless an object has all of the methods."""
    missing = [method for method in methods if not callable(getattr(value, method, None))]
    if missing or isinstance(value, type):
        wanted, cause = ", ".join(f"`{method}`" for method in methods), f"has no {', '.join(missing)}"
        cause = cause if missing else "is a class"
        raise TypeError(f"{name}={value!r:.200} {cause}, expected an object with {wanted}; {advice}.")


def as_path(path: Any) -> Path:
    """The path of a file.

    Raises:
        TypeError: it is neither a text nor a path.
        ValueError: it has no file name, e.g. "".
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path={path!r:.200}, expected a text or a path; pass e.g. 'here/file.npz'.")
    found = Path(path)
    if not found.name:
        raise ValueError(f"path={path!r:.200}, expected the name of a file; pass e.g. 'here/file.npz'.")
    return found


def takes(value: Any, /, *given: Any, **settings: Any) -> bool:
    """True if a function can be called with these arguments; also True without a known signature.

    >>> takes(len, [1]), takes(lambda env, seed: 0, None, sede=1)
    (True, False)
    """
    try:
        inspect.signature(value).bind(*given, **settings)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _no_env(owner: Any, required: Sequence[str], value: Any) -> None:
    """Raises TypeError if the first argument of a class is an environment, or the id of one."""
    if isinstance(value, str) or all(callable(getattr(value, method, None)) for method in ("reset", "step")):
        raise TypeError(
            f"{owner.__name__} was given {value!r:.200}, expected {' and '.join(required)}; for an environment call "
            f"{owner.__name__}.for_env(env)."
        )
