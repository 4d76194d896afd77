"""The loop over vector environments gives the transitions of single environments, in every autoreset mode."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import agents
from agents import QLearning, Transition, evaluate, interact, train

LINE = "rl_line:RewardLine-v0"
MODES = list(AutoresetMode)
LIMIT = 5


class Walker:
    """Acts by a table of actions, or at random, and remembers what it was asked."""

    def __init__(self, actions=None, on_policy=False, seed=0):
        self.actions, self.on_policy, self.rng = actions, on_policy, np.random.default_rng(seed)
        self.asked, self.explored = [], set()

    def act(self, observation, *, explore=False):
        self.asked.append(np.ravel(observation).tolist())
        self.explored.add(explore)
        if self.actions is None:
            return self.rng.integers(2, size=np.shape(observation))
        return np.asarray(self.actions)[observation]

    def learn(self, transition):
        return {"rows": float(np.size(transition.action))}


def sync(mode, makers, **settings):
    return SyncVectorEnv(makers, autoreset_mode=mode, **settings)


def line(mode, num_envs=3, **settings):
    return gym.make_vec(LINE, num_envs=num_envs, autoreset_mode=mode, max_episode_steps=LIMIT, **settings)


def slippery(mode, kind):
    settings = {"slip": 0.3, "start": (0.5, 0.25, 0.25, 0)}
    if kind == "own":
        return line(mode, **settings)
    return sync(mode, [lambda: gym.make(LINE, max_episode_steps=LIMIT, **settings)] * 3)


def by_lane(batches):
    """Transitions by lane, as tuples of plain numbers without the lane."""
    lanes = {}
    for batch in batches:
        for k, lane in enumerate(batch.lane.tolist()):
            row = (None if field is None else np.asarray(field)[k].item() for field in batch[:-1])
            lanes.setdefault(lane, []).append(Transition(*row))
    return lanes


@pytest.mark.parametrize("on_policy", [False, True])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "settings", "actions"),
    [
        (LINE, {"slip": 0.3, "start": (0.5, 0.25, 0.25, 0)}, [1, 0, 1, 0]),
        ("FrozenLake-v1", {}, [2, 1, 0, 3] * 4),
    ],
)
def test_lanes_live_what_single_environments_would(name, settings, actions, mode, on_policy):
    def make():
        return gym.make(name, max_episode_steps=LIMIT, **settings)

    batches = list(interact(sync(mode, [make] * 3), Walker(actions, on_policy), steps=120, seed=7))
    lanes = by_lane(batches)
    assert set(lanes) == {0, 1, 2}
    for lane, lived in lanes.items():
        alone = list(interact(make(), Walker(actions, on_policy), steps=len(lived), seed=7 + lane))
        for one, other in zip(lived, alone, strict=True):
            assert one[:6] == tuple(other)[:6]
            assert one.terminated or one.next_action == (other.next_action if on_policy else None)
    assert len(lanes[0]) > 90 if mode == AutoresetMode.NEXT_STEP else len(lanes[0]) == 120


@pytest.mark.parametrize("kind", ["own", "sync"])
@pytest.mark.parametrize("on_policy", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_every_lane_is_a_chain_of_episodes(mode, on_policy, kind):
    env, steps = slippery(mode, kind), 150
    mdp = gym.make(LINE, slip=0.3).unwrapped.mdp
    walker = Walker(on_policy=on_policy)
    for lived in by_lane(interact(env, walker, steps=steps, seed=0)).values():
        length, ended = 0, 0
        for now, then in zip(lived, [*lived[1:], None], strict=True):
            length += 1
            branch = mdp.successor[now.observation, now.action].tolist().index(now.next_observation)
            assert now.reward == mdp.reward[now.observation, now.action, branch]
            assert now.terminated == mdp.terminal[now.next_observation]
            assert now.truncated == (length == LIMIT)
            done = now.terminated or now.truncated
            if then is not None and not done:
                assert then.observation == now.next_observation
                assert not on_policy or then.action == now.next_action
            if then is not None and done:
                assert not mdp.terminal[then.observation]
                ended, length = ended + 1, 0
        # The step after an end only resets the lane, unless the run stops before it.
        lost = ended if mode == AutoresetMode.NEXT_STEP else 0
        assert len(lived) in ({steps - lost, steps - lost - 1} if lost else {steps})
    assert {0, 1, 2} == {state for states in walker.asked for state in states}


@pytest.mark.parametrize("kind", ["own", "sync"])
@pytest.mark.parametrize("mode", MODES)
def test_what_was_handed_over_stays_as_it_was(mode, kind):
    kept, copies = [], []
    for batch in interact(slippery(mode, kind), Walker(on_policy=True), steps=30, seed=0):
        kept.append(batch)
        copies.append([np.copy(field) for field in batch])
    assert len(kept) > 10
    for batch, copy in zip(kept, copies, strict=True):
        assert all((field == one).all() for field, one in zip(batch, copy, strict=True))


@pytest.mark.parametrize("mode", MODES)
def test_environments_that_reuse_their_arrays_are_read_in_time(mode):
    lanes = []
    for copy in (True, False):
        env = sync(mode, [lambda: gym.make(LINE, max_episode_steps=LIMIT)] * 2, copy=copy)
        lanes.append(by_lane(interact(env, Walker(), steps=30, seed=0)))
    assert lanes[0] == lanes[1]


@pytest.mark.parametrize("mode", MODES)
def test_an_off_policy_actor_chooses_for_lanes_after_the_transition_was_used(mode):
    walker = Walker([1, 1, 1])
    batches = interact(line(mode), walker, steps=3)
    next(batches)
    assert walker.asked == [[0, 0, 0]]
    next(batches)
    assert walker.asked == [[0, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize("explore", [False, True])
def test_interact_passes_exploration_on_to_lanes(explore):
    walker = Walker(on_policy=True)
    list(interact(line(AutoresetMode.NEXT_STEP), walker, steps=10, explore=explore))
    assert walker.explored == {explore}


def two_lines(mode):
    """Walking right, the first lane ends after three steps with 2 + 0 + 9, the second after two with 0 + 9."""
    return sync(mode, [lambda start=start: gym.make(LINE, start=start) for start in (0, 1)])


ROWS = {
    AutoresetMode.SAME_STEP: [(2, 9, 2), (3, 11, 3), (4, 9, 2), (6, 11, 3), (6, 9, 2), (8, 9, 2)],
    AutoresetMode.DISABLED: [(2, 9, 2), (3, 11, 3), (4, 9, 2), (6, 11, 3), (6, 9, 2), (8, 9, 2)],
    AutoresetMode.NEXT_STEP: [(2, 9, 2), (3, 11, 3), (5, 9, 2), (7, 11, 3), (8, 9, 2)],
}


@pytest.mark.parametrize("on_policy", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_rows_of_lanes_by_hand(mode, on_policy):
    rows = train(two_lines(mode), Walker([1, 1, 1, 1], on_policy), steps=8)
    assert [(row["step"], row["return"], row["length"]) for row in rows] == ROWS[mode]
    assert [row["episode"] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("mode", MODES)
def test_training_lanes_stops_after_its_episodes(mode):
    rows = train(two_lines(mode), Walker([1, 1, 1, 1]), episodes=4)
    assert [(row["step"], row["return"], row["length"]) for row in rows] == ROWS[mode][:4]


def test_rows_count_the_steps_that_only_reset():
    # Both lanes end with steps 3, 7 and 11; steps 4 and 8 reset them.
    env = line(AutoresetMode.NEXT_STEP, num_envs=2)
    rows = train(env, Walker([1, 1, 1, 1]), steps=11)
    assert [row["step"] for row in rows] == [3, 3, 7, 7, 11, 11]


def test_reset_steps_are_not_learned():
    agent = QLearning(4, 2, alpha=1.0, seed=0)
    agent.q[:] = [[0, 1], [0, 1], [0, 1], [5, 5]]
    env = line(AutoresetMode.NEXT_STEP, num_envs=1)
    rows = train(env, agent, steps=120, seed=0)
    assert agent.q[3].tolist() == [5, 5]
    assert agent.counts[3].sum() == 0
    assert agent.time == agent.counts.sum()
    assert 120 - agent.time in {len(rows), len(rows) - 1}


@pytest.mark.parametrize("mode", MODES)
def test_the_value_of_a_cut_off_state_is_that_of_the_state_not_of_the_new_start(mode):
    agent = QLearning(4, 2, gamma=0.5, alpha=1.0)
    agent.q[:] = [[-9, 0], [0, 8], [0, 0], [0, 0]]
    env = gym.make_vec(LINE, 2, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}, max_episode_steps=1)
    (batch,) = interact(env, agent, steps=1, explore=False)
    assert batch.next_observation.tolist() == [1, 1]
    assert batch.truncated.all()
    agent.learn(batch)
    assert agent.q[0, 1] == 2.0 + 0.5 * 8.0


@pytest.mark.parametrize("kind", agents.TABULAR)
@pytest.mark.parametrize("mode", MODES)
def test_one_seed_gives_one_table_on_lanes(kind, mode):
    tables = []
    for seed in (1, 1, 2):
        env = slippery(mode, "own")
        agent = kind.for_env(env, seed=seed)
        train(env, agent, steps=40, seed=seed)
        tables.append(agent.q)
    assert (tables[0] == tables[1]).all()
    assert (tables[0] != tables[2]).any()


def test_vector_environments_are_not_evaluated():
    env = line(AutoresetMode.NEXT_STEP)
    with pytest.raises(TypeError, match="vector environment, expected a single one"):
        evaluate(env, QLearning.for_env(env))
