"""Optional packages: one clear error if one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class MissingExtraError(ModuleNotFoundError):
    """An extra of this project is not installed."""


@contextmanager
def brought_by(extra: str) -> Iterator[None]:
    """Context for imports from an extra of this project; MissingExtraError names the extra.

    >>> try:
    ...     with brought_by("plot"):
    ...         import no_such_module
    ... except ModuleNotFoundError as error:
    ...     print(error)
    no module 'no_such_module', which the extra 'plot' brings; pip install 'rl-line[plot]'.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"no module {error.name!r}, which the extra {extra!r} brings; pip install 'rl-line[{extra}]'.",
            name=error.name,
        ) from error
