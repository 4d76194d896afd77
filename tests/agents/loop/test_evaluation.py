"""Evaluation is exact where the environment's table is known, by episodes where it is not or a wrapper watches them."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import RecordEpisodeStatistics, RecordVideo, TimeLimit, TransformReward

from agents import evaluate


class Second:
    """Takes action 1 in every state."""

    def act(self, observation, *, explore=False):
        return np.ones(np.shape(observation), int)[()]

    def action_probabilities(self, observation, *, explore=False):
        return np.broadcast_to([0.0, 1.0], (*np.shape(observation), 2))


class Watched:
    """Acts as the second, and keeps its policy to itself."""

    act = Second.act


class Shop(gym.Env):
    """Waiting pays 1; buying pays 5 and ends the episode, without leaving the state."""

    observation_space, action_space = gym.spaces.Discrete(2), gym.spaces.Discrete(2)

    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return 0, {}

    def step(self, action):
        return 0, (1.0, 5.0)[action], bool(action), False, {}


BUY, WAIT = [(1.0, 0, 5.0, True)], [(1.0, 0, 1.0, False)]
LEAVE = [(1.0, 1, 5.0, True)]
TABLE = {0: {0: WAIT, 1: LEAVE}, 1: {0: LEAVE, 1: LEAVE}}


@pytest.mark.parametrize(
    "attributes",
    [
        {"P": 3.5},
        {"P": 3.5, "isd": [1.0, 0.0]},
        {"P": TABLE},
        {"P": {0: {0: WAIT, 1: BUY}, 1: {0: WAIT, 1: BUY}}, "isd": [1.0, 0.0]},
        {"P": TABLE, "isd": [0.5, 0.5]},
        {"P": {0: {}}, "isd": [1.0]},
        {"P": TABLE, "isd": [1.0, 0.0], "observation_space": gym.spaces.Discrete(2, start=1)},
        {"P": TABLE, "isd": [1.0, 0.0], "observation_space": gym.spaces.Box(0, 1)},
    ],
    ids=["price", "price and start", "no start", "an action ends", "terminal start", "holes", "from 1", "no states"],
)
def test_an_environment_whose_table_is_no_mdp_of_its_observations_is_sampled(attributes):
    assert evaluate(Shop(**attributes), Second(), episodes=3) == (5.0, 5.0, 5.0, 3)
    with pytest.raises(ValueError, match=r"exact=True, but there is no exact way: .*Pass exact=None for a sample"):
        evaluate(Shop(**attributes), Second(), exact=True)


def test_an_older_table_with_its_isd_is_exact():
    assert evaluate(Shop(P=TABLE, isd=[1.0, 0.0]), Second()) == (5.0, 5.0, 5.0, 0)


@pytest.fixture
def env():
    return gym.make("rl_line:RewardLine-v0")


def test_a_wrapper_that_counts_episodes_sees_them(env):
    counting = RecordEpisodeStatistics(env)
    assert evaluate(counting, Second(), episodes=3) == (11.0, 11.0, 11.0, 3)
    assert list(counting.return_queue) == [11.0] * 3
    assert evaluate(counting, Second(), exact=True) == (11.0, 11.0, 11.0, 0)
    assert len(counting.return_queue) == 3


def test_a_wrapper_that_records_is_asked_at_every_episode(tmp_path):
    pytest.importorskip("moviepy")
    seen = []
    line = gym.make("rl_line:RewardLine-v0", render_mode="rgb_array")
    filming = RecordVideo(
        line, str(tmp_path / "videos"), episode_trigger=lambda episode: seen.append(episode) is not None
    )
    assert evaluate(filming, Second(), episodes=4).episodes == 4
    assert seen[:4] == [0, 1, 2, 3]


def test_a_sample_can_be_asked_for(env):
    assert evaluate(env, Second(), episodes=2, exact=False) == (11.0, 11.0, 11.0, 2)
    assert evaluate(env, Second(), episodes=2) == (11.0, 11.0, 11.0, 0)


@pytest.mark.parametrize(
    ("wrap", "actor", "why"),
    [
        (lambda env: TransformReward(env, abs), Second(), "TransformReward may change observations, actions or reward"),
        (lambda env: gym.make("CartPole-v1"), Second(), "carries no MDP"),
        (lambda env: env, Watched(), "has no `action_probabilities`"),
    ],
)
def test_an_exact_value_that_cannot_be_had_is_refused_with_the_reason(env, wrap, actor, why):
    with pytest.raises(ValueError, match=why):
        evaluate(wrap(env), actor, exact=True)


@pytest.mark.parametrize("exact", ["yes", 2, 0.0])
def test_exact_is_true_false_or_none(env, exact):
    with pytest.raises(TypeError, match="expected True, False or None"):
        evaluate(env, Second(), exact=exact)


@pytest.mark.parametrize("episodes", [2.5, float("nan"), float("inf"), -1, 1, 0, "3", True, None])
def test_a_sample_is_a_whole_number_of_episodes(env, episodes):
    with pytest.raises(
        ValueError, match=r"episodes=.*, expected a whole number of at least 2; pass e\.g\. episodes=10"
    ):
        evaluate(env, Second(), episodes=episodes, exact=False)


def test_a_whole_float_is_a_number_of_episodes(env):
    assert evaluate(env, Second(), episodes=3.0, exact=False) == (11.0, 11.0, 11.0, 3)


@pytest.mark.parametrize("gamma", [float("nan"), -0.1, 1.1])
@pytest.mark.parametrize("exact", [True, False])
def test_a_discount_is_checked_either_way(env, gamma, exact):
    with pytest.raises(ValueError, match=r"gamma=.*, expected a discount from 0 to 1"):
        evaluate(env, Second(), gamma=gamma, exact=exact)


class Waits(Watched):
    """Never buys."""

    def act(self, observation, *, explore=False):
        return 0


def test_an_episode_without_an_end_or_a_limit_is_named(monkeypatch):
    monkeypatch.setattr("agents.evaluation._ENDLESS", 50)
    with pytest.raises(ValueError, match=r"episode 1 has lasted 50 steps in <Shop.*expected an end; .*TimeLimit\(env"):
        evaluate(Shop(), Waits(), episodes=2)
    assert evaluate(TimeLimit(Shop(), 80), Waits(), episodes=2).value == 80.0, "a limit that was asked for"
    assert evaluate(Shop(), Watched(), episodes=60).value == 5.0, "60 episodes of one step each"
