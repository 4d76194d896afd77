"""Executors that finish tasks in any order, with results in the order of the items as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any


class WorkerDiedError(RuntimeError):
    """Raised for a task whose process died at every attempt."""


class Ordered:
    """Base of executors with the shape of the builtin `map`; a subclass gives `as_completed`."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Results in the order of the items, as the builtin `map`; raises the errors of the function."""
        early: dict[int, Any] = {}
        following = 0
        with closing(self.as_completed(function, items)) as results:
            for place, result in results:
                early[place] = result
                while following in early:
                    result = early.pop(following)
                    if isinstance(result, BaseException):
                        raise result
                    yield result
                    following += 1

    def as_completed(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Any:
        """A generator of places and results, or errors in place of results, as the tasks finish."""
        raise NotImplementedError(f"{type(self).__name__} gives no `as_completed`.")
