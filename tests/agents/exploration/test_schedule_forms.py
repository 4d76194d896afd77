"""A schedule is a function of the time, or of the time and the array module, wherever one is taken."""

from functools import partial

import numpy as np
import pytest

from agents import QLearning, Transition
from agents.checkup.options import read_options
from agents.policies import EpsilonGreedy, Softmax
from agents.schedules import Linear
from agents.settings import level_at


class Falling:
    """1 / (1 + t), as an object without a hash."""

    __hash__ = None

    def __call__(self, time):
        return 1 / (1 + time)

    def method(self, time, xp):
        return 1 / (1 + xp.maximum(time, 0.0))


def with_rate(time, rate=1.0):
    return 1 / (1 + rate * time)


# All of them are 1 / (1 + t).
FORMS = {
    "one number": lambda time: 1 / (1 + time),
    "two": lambda time, xp: 1 / (1 + xp.maximum(time, 0.0)),
    "two, one with a default": lambda time, xp=np: 1 / (1 + xp.maximum(time, 0.0)),
    "by keyword": lambda time, *, xp: 1 / (1 + xp.maximum(time, 0.0)),
    "a default of its own": with_rate,
    "partly given": partial(with_rate, rate=1.0),
    "object": Falling(),
    "method": Falling().method,
    "any number": lambda *given: 1 / (1 + given[0]),
}
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@each_form
def test_every_form_is_a_schedule_of_a_policy(form):
    q = np.array([0.0, 1.0])
    assert [EpsilonGreedy(form)(q, time, None)[0] for time in (0, 1, 4)] == pytest.approx([0.5, 0.25, 0.1])
    assert EpsilonGreedy(form).pick([0.0, 1.0], 4, 0.09) == 0
    assert EpsilonGreedy(form).pick([0.0, 1.0], 4, 0.11) == 1
    two = np.tile(q, (2, 1))
    assert EpsilonGreedy(form)(two, np.array([1, 4]), None)[:, 0] == pytest.approx([0.25, 0.1])


@pytest.mark.parametrize("lanes", [1, 2])
@each_form
def test_every_form_is_a_step_size(form, lanes):
    agent = QLearning(2, 1, alpha=form)
    state = np.arange(lanes) if lanes > 1 else 0
    for _ in range(2):  # steps of 1 / (1 + 1) and 1 / (1 + 2): 3, then 3 + (6 - 3) / 3
        agent.learn(Transition(state, state * 0, state * 0.0 + 6.0, state, state * 0 == 0, state * 0 == 1))
    assert agent.q[:lanes, 0].tolist() == pytest.approx([4.0] * lanes)


@each_form
def test_every_form_is_a_declared_epsilon(form):
    read_options(learns="optimal", seeds=(0, 1), budget=1.0, steps=10, epsilon=form)


@each_form
def test_every_form_is_taken_by_the_compiled_loop(form):
    from agents.compiled.training import train_compiled
    from rl_line import reward_line

    def learned(level):
        agent = QLearning(4, 2, policy=EpsilonGreedy(level), alpha=level, seed=0)
        train_compiled(reward_line(), agent, steps=60, num_envs=2)
        return agent.q

    np.testing.assert_array_equal(learned(form), learned(FORMS["two"]))


@each_form
def test_every_form_is_an_exponent_of_a_deep_agent(form):
    from agents import DQN

    assert DQN(_network(), beta=form, priority=0.5).beta is form


def _network():
    from gymnasium.spaces import Discrete

    from agents import q_network

    return q_network(Discrete(2), 2)


@pytest.mark.parametrize(
    "wrong", [lambda: 0.1, lambda a, b, c: 0.1, lambda *, time: 0.1, lambda time, *, lanes: 0.1], ids=range(4)
)
def test_a_function_of_something_else_is_refused_in_one_line(wrong):
    for make in (EpsilonGreedy, Softmax, lambda alpha: QLearning(4, 2, alpha=alpha)):
        with pytest.raises(TypeError, match=r"<lambda>\(.*\) is no schedule, expected a function of the time") as error:
            make(wrong)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("failing", [lambda time: 1 / time, lambda time: [0.1][int(time)], lambda time: time.epsilon])
def test_a_schedule_that_fails_is_refused_in_one_line(failing):
    with pytest.raises(ValueError, match=r"<lambda> fails at time .* \(\w+Error: .*\), expected a number for every"):
        EpsilonGreedy(failing)


@pytest.mark.parametrize("level", [-0.1, float("nan"), float("inf")])
def test_a_step_size_that_is_no_number_is_refused(level):
    with pytest.raises(ValueError, match=rf"alpha={level}, expected"):
        QLearning(4, 2, alpha=lambda n: level)


@pytest.mark.parametrize("beta", [-0.1, 1.5, float("nan"), Linear(0.4, 2.0, steps=10)])
def test_a_correction_outside_of_0_and_1_is_refused(beta):
    from agents import DQN

    with pytest.raises(ValueError, match=r"beta=.*, expected a number from 0 to 1"):
        DQN(_network(), beta=beta)


def test_a_function_of_plain_numbers_is_refused_by_the_compiled_loop_in_one_line():
    from agents.compiled.training import train_compiled
    from rl_line import reward_line

    agent = QLearning(4, 2, policy=EpsilonGreedy(lambda time: max(0.1, 1 - time / 10)))
    assert level_at(agent.policy.epsilon, 5) == 0.5
    with pytest.raises(
        ValueError, match=r"<lambda> fails at time .*, expected a function of arrays; pass e\.g\. lam"
    ) as e:
        train_compiled(reward_line(), agent, steps=10)
    assert "\n" not in str(e.value)
