"""Times functions in turns, so that a machine's changes of speed meet all of them alike."""

import platform
import time
from collections.abc import Callable
from importlib.metadata import packages_distributions, version
from statistics import median


def in_turns(*functions: Callable[[], object], rounds: int = 7) -> list[list[float]]:
    """Seconds of every function in every round [functions][rounds], after one round that does not count."""
    seconds: list[list[float]] = [[] for _ in functions]
    for turn in range(rounds + 1):
        for function, list_of_seconds in zip(functions, seconds, strict=True):
            start = time.perf_counter()
            function()
            if turn:
                list_of_seconds.append(time.perf_counter() - start)
    return seconds


def report(work: str, ours: list[float], theirs: list[float], *, steps: int, wanted: float) -> None:
    """Prints the median ratio theirs / ours, its range, and both rates."""
    ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
    rates = [f"{steps / median(seconds):,.0f}/s" for seconds in (ours, theirs)]
    print(
        f"{work:<58} {median(ratios):6.2f} x  (from {ratios[0]:.2f} to {ratios[-1]:.2f}; wanted {wanted:g})"
        f"   {rates[0]} against {rates[1]}"
    )


def heading(*packages: str) -> None:
    """Prints what the figures below it were measured with; of TensorFlow's builds, the one that is there."""
    named = packages_distributions()
    versions = ", ".join(f"{package} {version(named.get(package, [package])[0])}" for package in packages)
    print(f"Python {platform.python_version()} on {platform.machine()}, {versions}")
