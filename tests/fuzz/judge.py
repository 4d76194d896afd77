"""The judge of outcomes: a right one is a result of finite numbers, or one clear error.

An error is clear if it is raised by a `raise` of this package, in its words, and says what came: the name of an
argument, or the value, type or shape of a spoiled one.
"""

import linecache
import re
import traceback
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium.error import Error as GymnasiumError

ROOT = Path(__file__).parent.parent.parent
NAMES = ("rl_line", "agents", "sequence_tasks")
PACKAGES = tuple(str(ROOT / package) for package in NAMES)

MISSPELT = "x"  # at the end of a name
_TOLD = 30  # letters of a value that are recognised
_DEEPEST = 3
_CLEAR = (ValueError, TypeError, KeyError, IndexError, OSError, RuntimeError, GymnasiumError)
_WORDS = re.compile(
    r"expected|pass | raised |Known: |Did you mean|reset|[;,] (give|start|fill|begin|fix|lower|use|do|try) |Use |Pass "
)


def is_clear(error, chosen):
    """True for an error raised by this package in its own words, or by Python about a misspelt keyword."""
    if "keyword argument" in str(error) and any(f"'{name}'" in str(error) for name in chosen if name[-1] == MISSPELT):
        return True
    frame = traceback.extract_tb(error.__traceback__)[-1]
    own = frame.filename.startswith(PACKAGES)
    raised = linecache.getline(frame.filename, frame.lineno).lstrip().startswith("raise ")
    return own and raised and isinstance(error, _CLEAR) and bool(_WORDS.search(str(error)))


def says_what_came(message, chosen, spoiled):
    """True where a message, before "expected", names an argument or shows the value, type or shape of a spoiled one.

    A spoiled argument may be right after all, as 1 for a count; if none is spoiled, any may be shown.
    """
    came = re.split(r"\bexpected\b|; pass|Known:", message)[0]
    shown = [trait for name in (spoiled & chosen.keys()) or chosen for trait in _traits(chosen[name])]
    named = [form for name in chosen for form in (name, f"{name}s")]
    named += [str(value) for value in chosen.values() if isinstance(value, (str, Path))]
    return any(_is_in(came, text) for text in (*named, *shown) if text)


def _is_in(came, text):
    """True where a message holds a text as a word, or the beginning of a long text."""
    end = "" if len(text) > _TOLD else r"(?!\w)"
    return bool(re.search(rf"(?<!\w){re.escape(text[:_TOLD])}{end}", came))


def _traits(value, depth=0):
    """Texts by which a value is recognised: its repr, type, name and shape, and the texts of its entries."""
    yield from (" ".join(text(value).split()) for text in (repr, str))
    yield from (type(value).__name__, str(getattr(value, "__name__", "")))
    if isinstance(value, (float, np.floating)):
        yield f"{value:g}"
    if isinstance(value, (int, float, complex, str, bytes, np.ndarray, np.generic)):
        yield from map(str, (np.shape(value), np.asarray(value).dtype))
    if isinstance(value, (gym.Env, gym.vector.VectorEnv)):
        yield from ("observation", "observations")  # which are what it gives
    if np.ma.is_masked(value):
        yield "masked"
    entries = value.ravel().tolist() if isinstance(value, np.ndarray) else value
    if is_dataclass(value) and not isinstance(value, type):
        entries = [getattr(value, one.name, None) for one in fields(value)]
    if isinstance(entries, (list, tuple, dict, set, range)) and depth < _DEEPEST:
        yield str(len(entries))
        for entry in entries:
            yield from _traits(entry, depth + 1)


def is_finite(result, depth=0):
    """True where all numbers in a result are finite: in arrays, sequences, mappings and dataclasses."""
    if isinstance(result, (float, np.floating, np.ndarray)):
        array = np.asarray(result)
        return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())
    if depth > 4:
        return True
    if isinstance(result, Mapping):
        return all(is_finite(part, depth + 1) for part in result.values())
    if isinstance(result, (list, tuple)):
        return all(is_finite(part, depth + 1) for part in result)
    if is_dataclass(result) and not isinstance(result, type):
        return all(is_finite(getattr(result, one.name, None), depth + 1) for one in fields(result))
    return True
