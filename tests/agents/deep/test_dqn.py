"""A Keras DQN acts, remembers, learns, and resumes after an interruption."""

import json

import gymnasium as gym
import keras
import numpy as np
import pytest

from agents import Transition, interact, resumable, train
from agents.compiled.training import train_compiled
from agents.deep.dqn import DQN
from agents.policies import UCB, EpsilonGreedy
from agents.schedules import Linear
from rl_line import dp, reward_line

LINE = "rl_line:RewardLine-v0"
SMALL = {"hidden": (8,), "batch_size": 4, "memory_size": 50, "learning_starts": 10, "seed": 0}
BEST = dp.policy_iteration(reward_line(), 0.8).q[:3]


def made(**settings):
    return DQN.for_env(gym.make(LINE), **SMALL | settings)


def step(state, action, reward, following, *, ends=False, cut=False):
    return Transition(state, action, reward, following, ends, cut)


def test_it_acts_on_one_observation_or_many():
    agent = made(policy=EpsilonGreedy(0.0))
    values = agent.q_values(np.arange(3))
    assert values.shape == (3, 2)
    np.testing.assert_allclose(agent.q_values(1), values[1], rtol=1e-6)
    assert agent.act(np.arange(3)).tolist() == values.argmax(-1).tolist()
    assert int(agent.act(2)) == values[2].argmax()


def test_it_explores_as_its_policy_says_at_its_time():
    agent = made(policy=EpsilonGreedy(Linear(1.0, 0.0, steps=100)))
    assert agent.action_probabilities(0, explore=True).tolist() == [0.5, 0.5]
    agent.time = 50
    assert sorted(agent.action_probabilities(0, explore=True)) == [0.25, 0.75]
    assert sorted(agent.action_probabilities(0)) == [0.0, 1.0]


def test_gradient_steps_are_made_when_they_are_due():
    agent = made(learning_starts=6, train_every=4, gradient_steps=3)
    made_so_far = []
    for k in range(13):
        agent.learn(step(0, 1, 2.0, 1, ends=k % 3 == 0))
        made_so_far.append(agent.updates)
    assert made_so_far == [0] * 7 + [3] * 4 + [6] * 2
    assert agent.time == 13


def test_the_target_moves_when_it_is_due():
    agent = made(learning_starts=0, train_every=1, target_every=3)
    copied = []
    for _ in range(7):
        before = agent.model.get_weights()[0]
        agent.learn(step(0, 1, 2.0, 1))
        copied.append(bool((agent.target[0].numpy() == before).all()))
    assert copied == [True, False, True, False, False, True, False]  # at first they are equal anyway


def test_a_soft_target_goes_a_little_at_every_step():
    agent = made(learning_starts=4, train_every=2, target_every=1, tau=0.1)
    agent.target[0].assign(agent.target[0] + 1.0)
    for _ in range(6):  # six moves come due before the first gradient steps
        agent.learn(step(0, 1, 2.0, 1))
        assert agent.updates == (agent.time == 6)
    off = agent.target[0].numpy() - made().model.get_weights()[0]
    np.testing.assert_allclose(off, 0.9**6, rtol=1e-5)


def test_rewards_of_n_steps_are_learned_and_no_episode_is_crossed():
    agent = made(n=3, learning_starts=1_000)
    for transition in (step(0, 1, 2.0, 1), step(1, 1, 0.0, 2), step(2, 1, 9.0, 3, ends=True), step(0, 1, 2.0, 1)):
        agent.learn(transition)
    batch = agent.memory.draw(np.arange(4), np.ones(4), gamma=0.8, n=3)
    np.testing.assert_allclose(batch.reward, [2 + 0.64 * 9, 0.8 * 9, 9, 2], rtol=1e-6)
    assert batch.terminated.tolist() == [True, True, True, False]
    np.testing.assert_allclose(batch.discount, [0.512, 0.64, 0.8, 0.8], rtol=1e-6)


def test_rows_to_draw_are_whole_numbers_in_one_list():
    agent = made(learning_starts=1_000)
    agent.learn(step(0, 1, 2.0, 1))
    with pytest.raises(ValueError, match=r"^index=\[\[1.0\], \[1.0, 2.0\]\], expected rows from 0 to 0"):
        agent.memory.draw([[1.0], [1.0, 2.0]], np.ones(2), gamma=0.8, n=3)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_no_transition_of_a_reset_is_remembered(mode):
    env = gym.make_vec(
        LINE, 3, vectorization_mode="vector_entry_point", autoreset_mode=mode, max_episode_steps=5, slip=0.2
    )
    agent = DQN.for_env(env, **SMALL, policy=EpsilonGreedy(1.0))
    train(env, agent, steps=15, seed=0)
    rows, mdp, size = agent.memory.rows, env.unwrapped.mdp, len(agent.memory)
    assert size == (45 if mode != "NextStep" else agent.time)
    state, action = rows["observation"][:size], rows["action"][:size]
    possible = mdp.successor[state, action] == rows["next_observation"][:size, None]
    assert possible.any(axis=-1).all()
    assert not mdp.terminal[state].any()
    assert (rows["terminated"][:size] == mdp.terminal[rows["next_observation"][:size]]).all()
    assert rows["truncated"][:size].any()


SETTINGS = [
    {},
    {"double": True, "dueling": True},
    {"n": 3},
    {"priority": 0.6, "beta": Linear(0.4, 1.0, steps=200)},
    {"gradient_steps": 3, "priority": 0.6},
    {"gradient_steps": 2, "target_every": 1, "tau": 0.1},
    {"policy": EpsilonGreedy(Linear(1.0, 0.1, steps=100)), "clip_norm": None},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(settings) or "plain")
def test_the_same_numbers_give_the_same_network_in_both_loops(settings):
    from support.same_numbers import SameNumbers

    settings = {"target_every": 20} | settings
    agents = [made(**settings) for _ in range(2)]
    line = {"slip": 0.2, "reward_noise": 0.5, "start": (0.5, 0.3, 0.2, 0)}
    pair = SameNumbers(gym.make(LINE, max_episode_steps=9, **line), agents[0], seed=5)
    for transition in interact(pair, pair, steps=120):
        agents[0].learn(transition)
    train_compiled(reward_line(**line), agents[1], steps=120, max_episode_steps=9, seed=5, every=33)
    assert agents[0].updates == agents[1].updates > 20
    for name in ("observation", "action", "reward", "next_observation", "terminated", "truncated"):
        np.testing.assert_array_equal(agents[1].memory.rows[name], agents[0].memory.rows[name])
    np.testing.assert_array_equal(agents[1].memory.following, agents[0].memory.following)
    np.testing.assert_allclose(agents[1].memory.priorities, agents[0].memory.priorities, rtol=1e-3)
    np.testing.assert_allclose(agents[1].q_values(np.arange(4)), agents[0].q_values(np.arange(4)), rtol=1e-3, atol=1e-4)


def test_the_line_is_learned_exactly_in_the_compiled_loop():
    agent = DQN.for_env(gym.make(LINE), seed=1)
    rows = train_compiled(reward_line(), agent, steps=10_000, seed=1)
    assert np.abs(agent.q_values(np.arange(3)) - BEST).max() < 0.05
    assert rows[-1]["step"] == 10_000
    assert agent.updates == 2_250


def test_lanes_of_the_compiled_loop_share_network_and_memory():
    agent = made(memory_size=1_000, train_every=4, policy=EpsilonGreedy(1.0))
    train_compiled(reward_line(), agent, steps=500, num_envs=8, seed=0)
    assert (agent.time, agent.memory.added, len(agent.memory)) == (4_000, 4_000, 1_000)
    assert agent.updates == (4_000 - 16) // 4 + 2
    linked = agent.memory.following[agent.memory.following >= 0]
    assert ((linked - np.flatnonzero(agent.memory.following >= 0)) % 1_000 == 8).all()


LOOPS = {
    "python": lambda agent: lambda steps, seed: train(gym.make(LINE, slip=0.1), agent, steps=steps, seed=seed),
    "compiled": lambda agent: lambda steps, seed: train_compiled(reward_line(), agent, steps=steps, seed=seed),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_an_interrupted_run_ends_with_the_very_numbers_of_one_that_was_not(loop, tmp_path):
    def run(agent, path, before=lambda k: None):
        stretches = iter(range(10))

        def stretch(steps, seed):
            before(next(stretches))
            return LOOPS[loop](agent)(steps, seed)

        return resumable(agent, stretch, steps=90, every=30, path=path, seed=3)

    def interrupt(k):
        if k == 2:
            raise KeyboardInterrupt

    whole, first, second = (made(priority=0.5, n=2, double=True) for _ in range(3))
    expected = run(whole, tmp_path / "whole.npz")
    with pytest.raises(KeyboardInterrupt):
        run(first, tmp_path / "cut.npz", before=interrupt)
    assert repr(run(second, tmp_path / "cut.npz")) == repr(expected)  # a mean return of no episode is nan
    states = whole.state(), second.state()
    assert states[0].keys() == states[1].keys()
    for name, value in states[0].items():
        np.testing.assert_array_equal(value, states[1][name], err_msg=name)
    assert second.act(np.arange(4), explore=True).tolist() == whole.act(np.arange(4), explore=True).tolist()


BAD = [
    ({"model": keras.Sequential([keras.layers.Embedding(4, 3)])}, ValueError, r"\(1, 3\) .* \(1, 2\)"),
    ({"gamma": 1.5}, ValueError, "gamma=1.5"),
    ({"train_every": 0}, ValueError, "train_every=0"),
    ({"policy": UCB()}, TypeError, "needs counts"),
    ({"policy": 0.1}, TypeError, "policy=0.1"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "error", "message"), BAD)
def test_impossible_settings_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        made(**settings)


def test_settings_are_json_and_tell_networks_and_optimizers_apart():
    agent = made(optimizer=keras.optimizers.Adam(0.01), beta=Linear(0.4, 1.0, steps=10))
    settings = agent.settings()
    assert json.loads(json.dumps(settings)) == settings
    assert (settings["loss"], settings["beta"]["name"], settings["optimizer"]["name"]) == ("huber", "Linear", "Adam")
    assert settings["optimizer"] != made().settings()["optimizer"]
    assert settings["model"] != made(hidden=(9,)).settings()["model"]


def test_a_state_of_another_network_is_refused_and_changes_nothing():
    agent, before = made(), made().state()
    with pytest.raises(ValueError, match=r"weight_0 of float32 .4, 9., expected float32 .4, 8."):
        agent.restore(made(hidden=(9,)).state())
    for name, value in agent.state().items():
        np.testing.assert_array_equal(value, before[name])


def test_stretches_of_a_compiled_run_share_their_program(tmp_path):
    traced = []

    class Counting(DQN):
        def update(self, *arguments):
            traced.append(1)
            return super().update(*arguments)

    agent = Counting.for_env(gym.make(LINE), seed=0, hidden=(4,), batch_size=4, learning_starts=5, memory_size=50)
    resumable(agent, LOOPS["compiled"](agent), steps=60, every=20, path=tmp_path / "run.npz")
    assert len(traced) == 1
    assert agent.updates > 0
