"""Does an agent keep references to arrays that its environment overwrites, or write into them itself?"""

from __future__ import annotations

from textwrap import shorten
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from agents.checkup.behaviours.checks import NOT_APPLICABLE, PASS, SUSPECTED, UNCLEAR, Check
from agents.checkup.reading.reading import shown
from agents.checkup.rules.experience import Trace
from agents.checkup.training.lines import Line, probe
from agents.checkup.training.recording import Recording
from agents.checkup.training.trainings import OutOfTimeError, Trainer

Row = NDArray[np.float32]


class OneHotRows(gym.Wrapper[Any, Any, Any, Any]):
    """Shows states as one-hot rows [S], each in a new array or, as some environments do, all in one array.

    >>> from agents.checkup.training.lines import LINES
    >>> env = OneHotRows(probe(LINES[0]), reused=True)
    >>> first, _ = env.reset(seed=0)
    >>> _ = env.step(1)
    >>> first
    array([0., 0., 1., 0.], dtype=float32)
    """

    def __init__(self, env: Recording, *, reused: bool) -> None:
        super().__init__(env)
        self._rows = np.eye(int(env.observation_space.n), dtype=np.float32)  # type: ignore[attr-defined]
        self.observation_space = gym.spaces.Box(0.0, 1.0, self._rows[0].shape, np.float32)
        self._array: Row | None = np.empty_like(self._rows[0]) if reused else None
        self._given: list[tuple[Row, int]] = []  # new arrays, and the states that they show

    @property
    def mutated(self) -> int:
        """Number of observations, each in a new array, that the agent has written into."""
        return sum(not np.array_equal(array, self._rows[state]) for array, state in self._given)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Row, dict[str, Any]]:
        """Starts an episode, with the state as an array."""
        state, info = self.env.reset(seed=seed, options=options)
        return self._row(state), info

    def step(self, action: Any) -> tuple[Row, Any, bool, bool, dict[str, Any]]:
        """One step, with the state as an array."""
        state, *rest = self.env.step(action)
        return self._row(state), *rest  # type: ignore[return-value]

    def _row(self, state: int) -> Row:
        if self._array is None:
            array = self._rows[state].copy()
            self._given.append((array, state))
            return array
        self._array[:] = self._rows[state]
        return self._array


class _Trained(NamedTuple):
    """Result of a training on rows."""

    trace: Trace
    table: NDArray[Any] | None  # values [S, A] or actions [S], if the agent shows any
    mutated: int

    def same(self, other: _Trained | str) -> bool:
        """True where both trainings have the same steps and tables, to the last bit; False for an error."""
        if isinstance(other, str):
            return False
        tables = self.table is not None and other.table is not None
        return all(map(np.array_equal, vars(self.trace).values(), vars(other.trace).values())) and (
            not tables or np.array_equal(self.table, other.table, equal_nan=True)  # type: ignore[arg-type]
        )


def on_arrays(trainer: Trainer, line: Line, *, steps: int, seed: int, repeats: bool = True) -> tuple[Check, int | None]:
    """Check of learning with all observations in one array, and the number of observations that the agent changed.

    Two trainings with one seed are compared to the last bit. The number is None without a training on arrays.

    Args:
        trainer: runs the trainings.
        line: the line to learn on.
        steps: steps of each training.
        seed: seed of each training.
        repeats: True if a seed repeats a training. Otherwise equal trainings may be chance, and prove nothing.
    """
    if not trainer.affords(2 * steps):
        return Check("in-place", UNCLEAR, "no steps were left for a training on arrays"), None
    fresh = _trained(trainer, line, steps=steps, seed=seed, reused=False)
    if isinstance(fresh, str):
        text = f"it takes no arrays as observations ({fresh}), so none can change under it"
        return Check("in-place", NOT_APPLICABLE, text), None
    reused = _trained(trainer, line, steps=steps, seed=seed, reused=True)
    if fresh.same(reused):
        evidence = f"the same is learned in {steps} steps where all observations are one array"
        return Check("in-place", PASS, evidence), fresh.mutated
    if not repeats or not fresh.same(_trained(trainer, line, steps=steps, seed=seed, reused=False)):
        return Check("in-place", UNCLEAR, "two trainings with one seed differ, so nothing can be told"), fresh.mutated
    evidence = "what an environment writes over changes what it does or learns: it keeps references; keep copies"
    evidence += f"; there it fails ({reused})" if isinstance(reused, str) else ""
    return Check("in-place", SUSPECTED, evidence, ("observation-aliased",)), fresh.mutated


def _trained(trainer: Trainer, line: Line, *, steps: int, seed: int, reused: bool) -> _Trained | str:
    """Result of a training on rows, or its error as text."""
    recording = probe(line)
    env = OneHotRows(recording, reused=reused)
    try:
        agent = trainer.trained(recording, line, seed=seed, steps=steps, env=env)
    except OutOfTimeError:
        raise
    except Exception as error:  # other people's code
        cause = error.__cause__ or error
        return shorten(f"{type(cause).__name__}: {cause}", 120, placeholder=" ...")
    states, actions = line.mdp.successor.shape[:2]
    return _Trained(Trace.of(recording.rows), shown(agent, num_states=states, num_actions=actions).table, env.mutated)
