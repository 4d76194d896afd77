"""The checkup of environments: right ones pass, and planted bugs are named."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from planted import LIMIT, MIXED, REWARDS, SINGLE, SLIP, Line, where
from planted_lanes import VECTOR, TwoLanes

from rl_line import RewardLineEnv, check_env_semantics, reward_line
from rl_line.env_checkup import FINDINGS
from rl_line.env_checkup.coverage import can_act, policies_to_limit


def array_to_state(observation):
    return int(np.ravel(observation)[0])


def names(env, **arguments):
    return [finding.id for finding in check_env_semantics(env, **arguments)]


def checked(kind, **arguments):
    state = array_to_state if kind.__name__ in ("InPlace", "StateIsArray", "Fragile") else None
    declared = kind.declared or (LIMIT if kind.limit in (LIMIT - 1, LIMIT + 1, 10**9) else kind.limit)
    return check_env_semantics(kind(), max_episode_steps=declared, steps=20_000, state=state, **arguments)


@pytest.mark.parametrize("kind", [Line, MIXED, where(line=SLIP)], ids=["fixed", "starts drawn", "slips"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_right_line_passes(kind, seed):
    assert checked(kind, seed=seed) == []


@pytest.mark.parametrize("bug", SINGLE)
def test_a_planted_bug_is_named(bug):
    kind, expected = SINGLE[bug]
    found = checked(kind)
    print(*found, sep="\n")
    assert found[0].id == expected
    assert {finding.id for finding in found} <= set(FINDINGS)
    assert len(found) == 1 or expected.startswith("se") or expected == "reset-reseeds", "a bug is one finding"


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("line", [{}, {"slip": 0.2, "start": (0.5, 0.5, 0, 0)}], ids=["fixed", "drawn"])
def test_right_lanes_pass_in_each_autoreset_mode(mode, line):
    assert names(type("TwoLanes", (TwoLanes,), {"mode": mode, "line": line})(), steps=20_000) == []


@pytest.mark.parametrize("bug", VECTOR)
def test_a_bug_of_lanes_is_named(bug):
    kind, expected = VECTOR[bug]
    found = check_env_semantics(kind(), steps=20_000)
    print(*found, sep="\n")
    assert [finding.id for finding in found] == [expected]


def test_wrong_rewards_that_follow_a_rule_are_explained():
    for bug, rule in [
        ("rewards paid on leaving", "a reward for the state left in place of the state arrived in"),
        ("rewards one step late", "the reward of the step before"),
        ("rewards clipped", "rewards clipped to -1..1"),
    ]:
        assert f"all fit {rule}" in checked(SINGLE[bug][0])[0].message
    assert "all fit" not in str(checked(SINGLE["one reward slightly off"][0]))


def test_a_wrong_table_is_as_wrong_as_a_wrong_environment():
    (finding,) = check_env_semantics(gym.make("rl_line:RewardLine-v0"), reward_line((0, 2, 0, 8.5)), steps=2_000)
    assert finding.id == "reward"
    assert "state 3, action 1" in finding.message
    assert "was paid 9, expected 8.5" in finding.message
    assert finding.error_rate == 0


class PaysLess(RewardLineEnv):
    """A line of a user's own, which pays 8 at the end, from the third state to the fourth."""

    def step(self, action):
        observation, reward, *rest = super().step(action)
        return observation, min(reward, 8.0), *rest


class FromSeven(gym.ObservationWrapper):
    """The same, which numbers its states 7 to 10."""

    def __init__(self):
        super().__init__(PaysLess())
        self.observation_space = gym.spaces.Discrete(4, start=7)

    def observation(self, observation):
        return observation + 7


@pytest.mark.parametrize(
    ("env", "left", "arrived"),
    [
        (PaysLess(), 3, 4),
        (gym.vector.SyncVectorEnv([PaysLess, PaysLess]), 3, 4),
        (FromSeven(), 9, 10),
        (where(pay=lambda self, left, action, arrived: min(REWARDS[arrived], 8.0))(), 2, 3),  # from nobody's line
    ],
    ids=["single", "lanes", "another number", "none"],
)
def test_states_have_the_labels_of_pictures_and_tables(env, left, arrived):
    message = check_env_semantics(env, steps=2_000)[0].message
    assert message.startswith(f"state {left}, action 1, step ")
    assert f"of the episode: arrived in {arrived} and was paid 8, expected 9" in message


def test_what_was_not_seen_is_no_pass():
    env = gym.make("rl_line:RewardLine-v0", rewards=range(40), max_episode_steps=500)
    (finding,) = check_env_semantics(env, steps=60)
    assert finding.id == "not-covered"
    assert "states and actions were not tried twice" in finding.message
    assert names(gym.make("rl_line:RewardLine-v0", rewards=range(40), max_episode_steps=500)) == []


def test_states_beyond_the_time_limit_need_not_be_seen():
    assert names(gym.make("rl_line:RewardLine-v0", rewards=range(40), max_episode_steps=10)) == []
    assert can_act(reward_line(range(6)), 3).tolist() == [True, True, True, False, False, False]
    assert can_act(reward_line(range(4)), None).tolist() == [True, True, True, False], "in the end none acts"


@pytest.mark.parametrize(
    ("slip", "limit", "ends", "chance", "first"),
    [
        (0.0, 3, True, 1.0, 1),
        (0.0, 2, True, 0.0, 0),  # three moves away
        (0.0, 4, True, 1.0, 0),  # bump once, then walk
        (0.0, 4, False, 1.0, 0),
        (0.2, 3, True, 0.8**3, 1),
        (0.2, 3, False, 1 - 0.2**3, 0),  # left all the time, and three slips end it
    ],
)
def test_policies_to_the_limit_by_hand(slip, limit, ends, chance, first):
    policy, found = policies_to_limit(reward_line(slip=slip), limit, ends=ends)
    assert found == pytest.approx(chance)
    assert policy.shape == (limit, 4)
    if chance:
        assert policy[0, 0] == first


def test_a_limit_that_nobody_declared_may_be_any_but_must_be_one():
    assert check_env_semantics(Line(), steps=5_000) == []
    fickle = where(cut=lambda self: self.taken >= 5 + (self.state == 0))
    assert names(fickle(), steps=5_000) == ["truncated-unevenly"]
    assert names(gym.make("rl_line:RewardLine-v0").unwrapped, steps=5_000) == []


def test_the_limit_of_a_wrapper_is_taken_at_its_word():
    class OneMore(gym.wrappers.TimeLimit):
        def step(self, action):
            *returned, _, info = super().step(action)
            return *returned, self._elapsed_steps > self._max_episode_steps, info

    assert names(gym.wrappers.TimeLimit(where(limit=99)(), 7), steps=5_000) == []
    assert names(OneMore(where(limit=99)(), 7), steps=5_000) == ["truncated-late"]
    sync = gym.vector.SyncVectorEnv([lambda: OneMore(where(limit=99)(), 7)] * 2)
    assert names(sync, steps=5_000) == ["truncated-late"]


def test_observations_need_not_be_numbers():
    env = gym.wrappers.FlattenObservation(gym.make("rl_line:RewardLine-v0"))
    assert names(env, state=np.argmax, steps=5_000) == []
    assert names(env, state=lambda row: 3 - np.argmax(row), steps=5_000)[0] == "start-state"
    with pytest.raises(TypeError, match=r"expected a Discrete space; pass state="):
        check_env_semantics(env)


def test_buffers_of_vector_environments_are_found():
    makers = [lambda: Line()] * 3
    assert names(gym.vector.SyncVectorEnv(makers), max_episode_steps=LIMIT, steps=5_000) == []
    shared = gym.vector.SyncVectorEnv(makers, copy=False)
    assert names(shared, max_episode_steps=LIMIT, steps=5_000) == ["observation-aliased"]


def test_spaces_that_do_not_fit_the_table_are_the_only_finding():
    env = gym.make("rl_line:RewardLine-v0", rewards=range(5))
    (finding,) = check_env_semantics(env, reward_line())
    assert finding == ("observation-space", "observations are of Discrete(5), expected 4 by the table.", 0.0)
    env = Line()
    env.action_space = gym.spaces.Discrete(3)
    assert names(env) == ["action-space"]


def test_without_a_table_there_is_nothing_to_check():
    env = Line()
    del env.mdp
    with pytest.raises(ValueError, match=r"carries no table \(`mdp` or `P`\).*pass mdp="):
        check_env_semantics(env)
    assert names(env, mdp=reward_line((1, 2, 0, 9)), steps=2_000) == []


def test_lanes_must_say_when_they_are_reset():
    env = TwoLanes()
    env.metadata = {}
    with pytest.raises(ValueError, match=r'expected metadata\["autoreset_mode"\]; set it to'):
        check_env_semantics(env)


def test_single_precision_is_enough():
    env = gym.make("rl_line:RewardLine-v0", rewards=(0.1, 1e5 / 3, -0.7, 9.3))
    assert names(gym.wrappers.TransformReward(env, np.float32), steps=5_000) == []
    assert names(gym.wrappers.TransformReward(env, np.float16), steps=5_000) == ["reward"]


def test_every_finding_has_a_planted_bug():
    planted = {expected for _, expected in [*SINGLE.values(), *VECTOR.values()]}
    elsewhere = {"observation-space", "action-space", "truncated-unevenly", "not-covered"}  # in tests of their own
    assert planted | elsewhere == set(FINDINGS)
    assert not planted & elsewhere
