"""Executors that finish tasks in any order, with results in the order of the items as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any


class WorkerDiedError(RuntimeError):
    """The end of the processes that a task ran in, each time that it was tried."""


class Ordered:
    """Base of executors with the shape of the builtin `map`; a subclass gives `as_completed`."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Results in the order of the items, as of the builtin `map`; raises what the function raises."""
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
        raise NotImplementedError(f"{type(self).__name__} does not say how it runs tasks.")
