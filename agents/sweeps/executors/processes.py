"""Executor with processes on this machine; they end with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.sweeps.executors.ordered import Ordered, WorkerDiedError
from rl_line.system.numbers import shown, whole

Function = Callable[[Any], Any]
_Numbered = tuple[int, Any]  # an item with its place

_WINDOW = 3  # tasks for each worker that run or wait in its queue
_TRIES = 3  # attempts at a task whose process dies while no other task runs
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def process_map(workers: int | None = None) -> ProcessMap:
    """A map over new processes of this machine, for `sweep(..., map=process_map())`.

    Each process has one thread for linear algebra, or the threads would compete. If a process dies, e.g. for lack of
    memory, the tasks that it may have run are repeated. A task whose process dies every time fails alone.

    Args:
        workers: number of processes; None for one per core.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ProcessMap(cores if workers is None else whole(1, 1_000, workers=workers))


@dataclass(frozen=True)
class ProcessMap(Ordered):
    """The map made by `process_map`."""

    workers: int

    def as_completed(self, function: Function, items: Iterable[Any]) -> Generator[tuple[int, Any], None, None]:
        """Places and results of tasks as they finish, or errors in place of results."""
        check_importable(function)
        run = _Run(enumerate(items), _WINDOW * self.workers)
        while not run.over:
            with _pool(self.workers, function) as pool:
                yield from run.until_broken(pool)


class _Run:
    """Tasks of one map, from one pool to the next."""

    def __init__(self, fresh: Iterator[_Numbered], window: int) -> None:
        self.over = False
        self._fresh, self._window = fresh, window
        self._running: dict[Future[Any], _Numbered] = {}
        self._suspects = deque[_Numbered]()  # tasks that ran while a process died; repeated one at a time
        self._tries = Counter[int]()

    def until_broken(self, pool: ProcessPoolExecutor) -> Iterator[tuple[int, Any]]:
        """Places and results, until all tasks have finished or a process has died."""
        try:
            while self._filled(pool):
                for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                    if isinstance(error := future.exception(), BrokenProcessPool):
                        raise error
                    yield self._running.pop(future)[0], error or future.result()
            self.over = True
        except BrokenProcessPool:
            yield from self._suspected()

    def _filled(self, pool: ProcessPoolExecutor) -> bool:
        """Keeps the window full, or holds one suspect alone; False if no task is left."""
        if self._suspects:
            if not self._running:
                self._submit(pool, self._suspects.popleft())
        else:
            while len(self._running) < self._window and (task := next(self._fresh, None)):
                self._submit(pool, task)
        return bool(self._running)

    def _submit(self, pool: ProcessPoolExecutor, task: _Numbered) -> None:
        try:
            self._running[_submitted(pool, _call, task[1])] = task
        except BrokenProcessPool:
            self._suspects.append(task)
            raise

    def _suspected(self) -> Iterator[tuple[int, Any]]:
        """Results from before the process died; the other tasks become suspects, or fail."""
        for future, task in self._running.items():
            if future.done() and not isinstance(error := future.exception(), BrokenProcessPool):
                yield task[0], error or future.result()
                continue
            self._tries[task[0]] += len(self._running) == 1
            if self._tries[task[0]] == _TRIES:
                yield task[0], WorkerDiedError(f"its process died {_TRIES} times; is there memory enough?")
            else:
                self._suspects.append(task)
        self._running = {}


@contextmanager
def _pool(workers: int, function: Function) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes have the function, and end at the latest with this block or this process."""
    context = multiprocessing.get_context("spawn")
    watched, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(watched, function))
    try:
        try:
            _submitted(pool, int).result()
        except BrokenProcessPool as error:
            raise RuntimeError(
                "processes end before they begin, expected that they can import the function; put the start of the "
                "sweep under `if __name__ == '__main__':`, and the function into a module."
            ) from error
        yield pool
        pool.shutdown()
    finally:
        held.close()
        pool.shutdown(cancel_futures=True)
        watched.close()


def _submitted(pool: ProcessPoolExecutor, *call: Any) -> Future[Any]:
    """Submits a call; a process that the pool starts for it has one thread for linear algebra."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update({name: value or "1" for name, value in before.items()})
    try:
        return pool.submit(*call)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]


def _begin(watched: Any, function: Function) -> None:
    """Sets up a process of the pool: it stores the function, ignores Ctrl-C, and ends with its parent."""
    global _FUNCTION
    _FUNCTION = function
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end_with_parent() -> None:
        watched.poll(None)  # returns only if the other end was closed or its process died
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


_FUNCTION: Function = int  # set in each process of the pool


def _call(item: Any) -> Any:
    return _FUNCTION(item)


def check_importable(function: Any) -> None:
    """Raises TypeError for a function that another process cannot import: an inner function, or one of a notebook."""
    reason = ""
    try:
        pickled = pickle.dumps(function)
    except Exception as error:  # of any kind, as objects may define their pickling
        reason = f"{error}"
    else:
        main = sys.modules["__main__"]
        by_name = getattr(main, "__spec__", None) is not None
        if b"__main__" in pickled and not (by_name or Path(getattr(main, "__file__", "")).is_file()):
            reason = "it was typed in and has no file"
    if reason:
        raise TypeError(
            f"{shown(function)} cannot be sent to another process ({reason}), expected a function of a module, or "
            "functools.partial of one; write the trial as a `def` at the top of a file."
        )
