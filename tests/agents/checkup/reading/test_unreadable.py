"""The error for an agent that cannot be read begins with its cure, and leaves out what was not found."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.checkup.reading.reading import read

TABLE = np.array([[1.0, 2.0], [4.0, 3.0], [0.5, 0.25]])


def message(agent):
    with pytest.raises(TypeError) as error:
        read(agent, num_states=3, num_actions=2)
    return str(error.value)


def test_a_forgotten_return_is_told():
    with pytest.raises(TypeError, match=r"train returned None, .* does it `return` it\?"):
        read(None, num_states=3, num_actions=2)


def test_an_agent_that_shows_nothing_is_refused_by_name():
    with pytest.raises(TypeError, match=r"object shows neither .* expected act\(observation\)"):
        read(object(), num_states=3, num_actions=2)


def test_the_message_shows_the_ways_that_were_found_and_what_they_said():
    said = message(lambda x: x * 1.0)
    assert "\n  called: <lambda>(one-hot rows): gave shape (3, 3); <lambda>(states): gave shape (3,)" in said
    assert "not found" not in said
    assert "It has" not in said
    assert message(SimpleNamespace(n=3)).splitlines()[1:] == ["  It has: n."]


def test_the_message_begins_with_the_table_to_return():
    agent = SimpleNamespace(theta=TABLE, V=np.zeros(3), n=3)
    assert message(agent).startswith(
        "Try `return agent.theta`, if it holds action values. SimpleNamespace shows neither"
    )
    assert message(vars(agent)).startswith("Try `return agent['theta']`, if")
    assert message(SimpleNamespace(theta=TABLE, w=TABLE)).startswith("Try `return agent.theta` or `return agent.w`, if")


class Asked:
    """An agent with a method of state and action."""

    def __init__(self):
        self._hidden = 3

    def get_value(self, state, action):
        return TABLE[state, action]


def test_the_message_begins_with_the_method_to_call():
    assert message(Asked()).startswith("Try `return lambda s: [agent.get_value(s, a) for a in (0, 1)]`. Asked shows")

    def q(state, action):
        return TABLE[state, action]

    assert message(q).startswith("Try `return lambda s: [q(s, a) for a in (0, 1)]`, if it gives action values. ")


def test_the_message_lists_private_attributes_where_there_are_no_others():
    agent = SimpleNamespace(_n=3)
    assert message(agent).endswith("It has: _n.")
    assert message(Asked()).endswith("It has: get_value.")


def test_a_table_of_another_shape_is_told_with_its_own():
    said = message(SimpleNamespace(Q=np.zeros((6, 4))))
    assert "Q(states): ValueError: has shape (6, 4), expected (3, 2); was it trained in the environment it was" in said
