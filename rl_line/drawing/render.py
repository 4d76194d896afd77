"""Pictures of a line: pure functions from an MDP and a state to a text or an image, plus a window."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from gymnasium.error import DependencyNotInstalled
from numpy.typing import NDArray

from rl_line.drawing.sprites import line_image, paste_agent, paste_header, paste_values
from rl_line.line import LEFT, RIGHT
from rl_line.mdp import TabularMDP
from rl_line.system.arrays import reals
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import LARGEST, whole

MOST_CELLS = 12  # longer lines are shown around the agent

_ROOM = 7  # characters of a number, in texts and pictures; longer numbers lose digits
_ROUNDED = (".4g", ".3g", ".2g", ".1g")
_REWARD, _VALUE = (".4g", ".5g", ".6g", ".7g", *_ROUNDED), (".2f", ".1f", ".0f", *_ROUNDED)  # tried in this order

_EXPONENT = re.compile(r"e(?:\+|(-))0*")  # its sign + and leading zeros say nothing
_ACTION_NAMES = {None: "none yet", LEFT: "left", RIGHT: "right"}


@spelled
def ansi(
    mdp: TabularMDP,
    state: int,
    *,
    last_action: int | None = None,
    step: int = 0,
    q_values: NDArray[np.float64] | None = None,
) -> str:
    """The line as text: the agent, the rewards, the last action, the step, and Q-values [S, A] if given.

    >>> from rl_line import reward_line
    >>> print(ansi(reward_line(), 1, last_action=RIGHT, step=1))
    step 1, last action: right
    state         1       2       3      (4)
    agent                 A
    reward        0       2       0       9
    """
    mdp, state, last_action = _checked(mdp, state, last_action)
    first, last = _visible(mdp, state)
    shown = range(first, last)
    rows = [
        ("state", [f"({s + 1})" if mdp.terminal[s] else f"{s + 1} " for s in shown]),
        ("agent", ["A " if s == state else "" for s in shown]),
        ("reward", [f"{_text(r, _REWARD)} " for r in arrival_rewards(mdp)[first:last]]),
    ]
    if q_values is not None:
        q = _rounded(mdp, q_values)
        best = q == q.max(axis=1, keepdims=True)
        for action in (LEFT, RIGHT):
            marks = [f"{_text(q[s, action], _VALUE)}{'*' if best[s, action] else ' '}" for s in shown]
            marks = ["" if mdp.terminal[s] else mark for s, mark in zip(shown, marks, strict=True)]
            rows.append((f"Q {_ACTION_NAMES[action]}", marks))
        arrows = [_arrows(best[s]) if not mdp.terminal[s] else "" for s in shown]
        rows.append(("best", arrows))
    more = [" ..." if first else "", " ..." if last < mdp.num_states else ""]
    lines = [f"step {step}, last action: {_ACTION_NAMES[last_action]}"]
    width = max(8, *(1 + len(cell) for _, cells in rows for cell in cells))
    lines += [(f"{name:<8}{more[0]}" + "".join(f"{cell:>{width}}" for cell in cells) + more[1]) for name, cells in rows]
    return "\n".join(line.rstrip() for line in lines)


@spelled
def rgb_array(
    mdp: TabularMDP,
    state: int,
    *,
    last_action: int | None = None,
    step: int = 0,
    q_values: NDArray[np.float64] | None = None,
) -> NDArray[np.uint8]:
    """The line as an image [H, W, 3]: the contents of `ansi`, with an arrow for the better action in every state.

    Raises:
        gymnasium.error.DependencyNotInstalled: Pillow is missing.
    """
    mdp, state, last_action = _checked(mdp, state, last_action)
    first, last = _visible(mdp, state)
    ends = tuple(mdp.terminal[first:last].tolist())
    rewards = tuple(_text(r, _REWARD) for r in arrival_rewards(mdp)[first:last].tolist())
    frame = line_image(first, ends, rewards, of=mdp.num_states, room_for_values=q_values is not None).copy()
    if q_values is not None:
        q = _rounded(mdp, q_values)[first:last]
        best = (q == q.max(axis=1, keepdims=True)).tolist()
        for cell in np.flatnonzero(~mdp.terminal[first:last]).tolist():
            texts = [_text(value, _VALUE) for value in q[cell].tolist()]
            paste_values(frame, cell, tuple(zip(texts, best[cell], strict=True)))
    part = f"    states {first + 1} to {last} of {mdp.num_states}" if len(ends) < mdp.num_states else ""
    paste_header(frame, f"step {step}    last action: {_ACTION_NAMES[last_action]}{part}")
    paste_agent(frame, state - first, on_end=ends[state - first])
    return frame


@spelled
def arrival_rewards(mdp: TabularMDP) -> NDArray[np.float64]:
    """The mean reward on arriving in each state [S]; nan where no move arrives."""
    instance("mdp", mdp, TabularMDP, "pass e.g. reward_line()")
    weight = np.where(mdp.terminal[:, None, None], 0.0, mdp.probability)
    total, paid = (
        np.bincount(mdp.successor.ravel(), values.ravel(), minlength=mdp.num_states)
        for values in (weight, weight * mdp.reward)
    )
    return np.divide(paid, total, out=np.full(mdp.num_states, np.nan), where=total > 0)


class Window:
    """A pygame window that shows images at a fixed number of frames per second."""

    def __init__(self, title: str, *, fps: int) -> None:
        try:
            import pygame
        except ImportError as error:
            raise DependencyNotInstalled(
                'pygame is not installed, expected it for render_mode="human"; run pip install "rl-line[render]".'
            ) from error
        pygame.display.init()
        self._pygame, self._fps, self._title = pygame, fps, title
        self._clock = pygame.time.Clock()
        self._screen: Any = None

    def show(self, frame: NDArray[np.uint8]) -> None:
        """Draws an image [H, W, 3], and waits until the next frame is due."""
        if self._screen is None:
            self._screen = self._pygame.display.set_mode((frame.shape[1], frame.shape[0]))
            self._pygame.display.set_caption(self._title)
        image = self._pygame.image.frombuffer(frame.tobytes(), (frame.shape[1], frame.shape[0]), "RGB")
        self._screen.blit(image, (0, 0))
        self._pygame.event.pump()
        self._pygame.display.flip()
        self._clock.tick(self._fps)

    def close(self) -> None:
        """Closes the window."""
        self._pygame.display.quit()


def _checked(mdp: Any, state: Any, last_action: Any) -> tuple[TabularMDP, int, int | None]:
    """The line, a state and an action or None, checked, as plain numbers."""
    instance("mdp", mdp, TabularMDP, "pass e.g. reward_line()")
    last_action = None if last_action is None else whole(LEFT, RIGHT, last_action=last_action)
    return mdp, whole(0, mdp.num_states - 1, state=state), last_action


def _visible(mdp: TabularMDP, state: int) -> tuple[int, int]:
    """The first state shown, and the one after the last."""
    first = min(max(0, state - MOST_CELLS // 2), max(0, mdp.num_states - MOST_CELLS))
    return first, min(mdp.num_states, first + MOST_CELLS)


def _rounded(mdp: TabularMDP, q_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values [S, A], rounded so that ties survive rounding errors."""
    values = reals((mdp.num_states, mdp.num_actions), largest=LARGEST, q_values=q_values)
    return values.round(6) + 0.0  # no -0.0


def _text(number: float, formats: tuple[str, ...]) -> str:
    """A number in the first format that is short enough, without an exponent if one is; "-" for nan."""
    texts = [_EXPONENT.sub(r"e\1", format(number, one)) for one in formats]
    short = [text for text in texts if len(text) <= _ROOM] or texts[-1:]
    return "-" if np.isnan(number) else next((text for text in short if "e" not in text), short[0])


def _arrows(best: NDArray[np.bool_]) -> str:
    return f"{'<' * bool(best[LEFT])}{'>' * bool(best[RIGHT])}".ljust(2)
