"""Descriptions differ where runs do, and are the same in every process."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

from rl_line.system.identity import described, differences


@dataclass
class Setting:
    rate: object
    made: int = field(default=0, init=False)


def half(x):
    return x / 2


def third(x):
    return x / 3


def closing(over):
    return lambda x: x * over


class Rule:
    def __init__(self, weight):
        self.weight, self.me = weight, self


PAIRS = {
    "numbers": (0.1, 0.2),
    "types": (1, "1"),
    "arrays": (np.array([1.0, 2.0]), np.array([1.0, 2.5])),
    "array types": (np.zeros(2), np.zeros(2, np.float32)),
    "shapes": (np.zeros((2, 1)), np.zeros((1, 2))),
    "functions": (half, third),
    "lambdas": (lambda x: x / 2, lambda x: x / 3),
    "closures": (closing(2), closing(3)),
    "defaults": (lambda x, y=1: x, lambda x, y=2: x),
    "partials": (partial(half, 2), partial(half, 3)),
    "classes": (Setting, Rule),
    "fields": (Setting(half), Setting(third)),
    "objects": (Rule(1), Rule(2)),
    "deep": ({"a": [Setting(Rule(1))]}, {"a": [Setting(Rule(2))]}),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_what_differs_is_described_otherwise(pair):
    one, other = map(described, pair)
    assert one != other
    assert differences(one, other)
    assert differences(one, one) == ""
    assert described(pair[0]) == one
    json.dumps(one)


def test_what_was_made_alike_is_described_alike():
    assert described(closing(2)) == described(closing(2))
    assert described(Rule(1)) == described(Rule(1))
    assert described(Setting(lambda x: x in {"a", "b"})) == described(Setting(lambda x: x in {"a", "b"}))
    first, later = Setting(1), Setting(1)
    later.made = 7
    assert described(first) == described(later), "only what it was made with counts"


def test_descriptions_are_the_same_in_every_process():
    program = (
        "import json; from functools import partial; from rl_line.system.identity import described\n"
        "made = {'a': lambda x: x in {'left', 'right', 'up'}, 'b': partial(print, sep=''), 'c': object()}\n"
        "print(json.dumps(described(made)))"
    )
    runs = [[sys.executable, "-c", program]] * 3
    outputs = {subprocess.run(run, capture_output=True, text=True, check=True).stdout for run in runs}
    assert len(outputs) == 1


def test_differences_are_named_by_their_place():
    there = {"agent": {"gamma": 0.8, "n": 1}, "path": [1, 2], "list": [1, 2]}
    here = {"agent": {"gamma": 0.5, "n": 1}, "path": [1, 3], "list": [1, 2, 3], "seed": 3}
    told = "agent.gamma: 0.8 in the file, 0.5 here; path[1]: 2 in the file, 3 here; "
    assert differences(there, here) == told + "list: 2 parts in the file, 3 parts here; and 1 more"
