"""First calls of a newcomer: ids, numbers of steps by position, epsilon by name."""

import gymnasium as gym
import pytest

import agents
from agents import DQN, EpsilonGreedy, Linear, QLearning, evaluate, interact, train

KINDS = [*agents.TABULAR, DQN]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("epsilon", [0.3, Linear(1.0, 0.1, steps=100)])
def test_epsilon_is_a_policy_by_its_usual_name(kind, epsilon):
    assert kind.for_env(gym.make("RewardLine-v0"), epsilon=epsilon).policy == EpsilonGreedy(epsilon)


@pytest.mark.parametrize("kind", [QLearning, DQN])
def test_epsilon_beside_a_policy_is_refused(kind):
    with pytest.raises(TypeError, match=r"epsilon=0\.3 and policy=.*expected one of them"):
        kind.for_env("RewardLine-v0", epsilon=0.3, policy=EpsilonGreedy(0.1))
    with pytest.raises(ValueError, match=r"epsilon=3, expected a probability"):
        kind.for_env("RewardLine-v0", epsilon=3)


def test_an_id_is_as_good_as_an_environment():
    one, other = QLearning.for_env("RewardLine-v0", seed=1), QLearning.for_env(gym.make("RewardLine-v0"), seed=1)
    assert train("RewardLine-v0", one, 200, seed=2) == train(gym.make("RewardLine-v0"), other, steps=200, seed=2)
    assert (one.q == other.q).all()
    assert evaluate("RewardLine-v0", one) == evaluate(gym.make("RewardLine-v0"), other)
    assert len(list(interact("RewardLine-v0", one, 7, seed=0))) == 7


def test_an_id_that_is_unknown_is_told_by_gymnasium():
    with pytest.raises(gym.error.NameNotFound, match=r"^env='RewardLin-v0', expected .*RewardLine"):
        QLearning.for_env("RewardLin-v0")
    with pytest.raises(gym.error.Error, match=r"^env='', expected the id of an environment"):
        QLearning.for_env("")


def test_optimizers_have_names():
    agent = DQN.for_env("RewardLine-v0", optimizer="adam")
    assert type(agent.optimizer).__name__ == "Adam"
    with pytest.raises(ValueError, match="adamm"):
        DQN.for_env("RewardLine-v0", optimizer="adamm")


@pytest.mark.parametrize("observation", [-1, 4, [0, -1], [0, 4]])
def test_states_that_are_not_there_have_no_action_and_teach_nothing(observation):
    agent = QLearning(4, 2, seed=0)
    with pytest.raises(ValueError, match=r"observation .*(-1|4).*, expected states from 0 to 3"):
        agent.act(observation)


@pytest.mark.parametrize("wrong", [{"observation": -1}, {"action": -1}, {"next_observation": -1}, {"observation": 4}])
def test_transitions_outside_the_table_teach_nothing(wrong):
    agent = QLearning(4, 2, seed=0)
    step = agents.Transition(0, 1, 2.0, 1, False, False)._replace(**wrong)
    with pytest.raises(ValueError, match=r"expected states from 0 to 3 and actions from 0 to 1"):
        agent.learn(step)
    assert not agent.counts.any()
