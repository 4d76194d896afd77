"""Of a tuple the one member is read that shows values or actions."""

from types import SimpleNamespace

import numpy as np
import pytest
from reading_cases import GREEDY, TABLE, Acts, Flax, Module

from agents.checkup.reading.reading import read

NOTES = {"rewards": [1.0, 2.0], "lengths": [3, 4]}
POLICY = dict(enumerate(GREEDY))
ONE_HOT = np.eye(2)[GREEDY]


def of(agent):
    return read(agent, num_states=3, num_actions=2)


TUPLES = {
    "notes": (TABLE, NOTES),
    "rewards": (TABLE.tolist(), [1.0, 2.0, 3.0, 4.0]),
    "numbers of steps": (TABLE, np.array([5, 9, 7, 4])),
    "a policy": (TABLE, POLICY),
    "a policy first": (POLICY, dict(enumerate(TABLE))),
    "a table of a policy": (TABLE, ONE_HOT),
    "counts of visits": (TABLE, np.array([[3.0, 9.0], [1.0, 4.0], [2.0, 7.0]])),
    "an agent": (SimpleNamespace(q=TABLE), [1.0, 2.0], None),
    "a list": [SimpleNamespace(q=TABLE), NOTES],
    "a network": (Module(), [1.0, 2.0]),
    "two tables": (TABLE - 1, TABLE + 1),
    "two dictionaries": (dict(enumerate(TABLE - 1)), dict(enumerate(TABLE + 1))),
    "Flax": (Flax(), {"table": TABLE}),
}


@pytest.mark.parametrize("given", TUPLES.values(), ids=TUPLES)
def test_the_member_that_shows_values_is_read(given):
    learned = of(given)
    assert learned.q == pytest.approx(TABLE)
    assert learned.greedy.tolist() == GREEDY
    assert learned.values(np.array([1])) == pytest.approx(TABLE[[1]])


def test_the_member_that_acts_is_read():
    for given in (POLICY, NOTES), (Acts(GREEDY.__getitem__), [1.0, 2.0]):
        learned = of(given)
        assert learned.q is None
        assert learned.greedy.tolist() == GREEDY


def test_a_tuple_of_none_or_several_says_to_return_one():
    with pytest.raises(TypeError, match=r"a tuple of 2 \(dict, list\), of which none can be read.* return its first"):
        of((NOTES, [1.0]))
    with pytest.raises(TypeError, match=r"a tuple of 2 \(Module, Module\), of which 2 can be read, expected one"):
        of((Module(), Module()))
    with pytest.raises(TypeError, match=r"a tuple of 3 \(ndarray, ndarray, ndarray\), of which 3 can be read"):
        of((TABLE, TABLE - 1, TABLE + 1))
