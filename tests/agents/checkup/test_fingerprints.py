"""The fixed points of wrong operators: numbers of the catalogue, and by hand."""

from dataclasses import replace

import gymnasium
import numpy as np
import pytest

import agents
from agents.checkup.fingerprints import FINGERPRINTS, matches, optimal
from agents.checkup.problem import Problem
from agents.policies import EpsilonGreedy
from rl_line import dp, reward_line

A = Problem(reward_line(), 0.8)
B = Problem(reward_line(), 0.8, initial=5.0)
C = Problem(reward_line(), 0.9, limit=3)
D = Problem(reward_line(slip=0.2), 0.8)
LIKE_2 = Problem(reward_line(), 0.8, shown=np.array([0, 1, 2, 1]))  # the end looks like the second state


def table(bug, problem, variant=0):
    return FINGERPRINTS[bug][variant](problem)[:3]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (A, [(6.208, 7.76), (6.208, 7.2), (7.76, 9)]),
        (B, [(6.208, 7.76), (6.208, 7.2), (7.76, 9)]),
        (C, [(9.474, 10.526), (9.474, 9.474), (10.526, 9)]),
        (D, [(5.934, 6.982), (5.855, 6.663), (7.665, 8.666)]),
    ],
)
def test_the_right_answers_are_the_catalogues(problem, expected):
    assert optimal(problem)[:3] == pytest.approx(np.array(expected), abs=5e-4)


@pytest.mark.parametrize(
    ("bug", "problem", "variant", "expected"),
    [
        # 9 + 0.8 x 5; 2 right: 0.8 x 13; 1 right: 2 + 0.8 x 10.4
        ("terminal-bootstrap", B, 0, [(8.256, 10.32), (8.256, 10.4), (10.32, 13)]),
        # v3 = 9 + 0.8 v2 and v2 = 0.8 v3, so v3 = 25; 2 right: 20; 1 right: 2 + 16; 1 left: 0.8 x 18
        ("terminal-bootstrap", LIKE_2, 0, [(14.4, 18), (14.4, 20), (18, 25)]),
        # v3 = 9 + 0.8 v1, v1 = 2 + 0.64 v3, so v3 = 10.6 / 0.488
        ("episodes-stitched", A, 0, [(12.721, 15.902), (12.721, 17.377), (15.902, 21.721)]),
        # Of three steps at random, 1/4 of the visits of 1, 1/3 of 2 and all of 3 are the last.
        # 2 right: 0.9 x 2/3 x 9; 1 right: 2 + 0.9 x 3/4 x 5.4; 1 left: 0.9 x 3/4 x 5.645; 2 left: 0.9 x 2/3 x 5.645
        ("truncation-as-termination", C, 0, [(3.810, 5.645), (3.387, 5.4), (2, 9)]),
        # v3 = 2 + 0.9 v1, v2 = 0.6 v3 + 0.3 v1, v1 = 2 + 0.675 v2 + 0.225 v1, so v1 = 2.81 / 0.208
        ("reset-observation-as-next", C, 0, [(12.159, 13.510), (12.159, 12.548), (14.159, 9)]),
        ("terminal-transitions-dropped", B, 0, [(4.444, 5.556), (4.444, 4.444), (5.556, 5)]),
        ("reward-shifted", A, 0, [(3.556, 4.444), (5.556, 5.556), (4.444, 0)]),
        ("gamma-zero", A, 0, [(0, 2), (0, 0), (2, 9)]),
        ("target-never-synced", B, 0, [(4, 6), (4, 4), (6, 9)]),
        # v1 = 1 + 0.8 v2, v2 = 0.8 v1: shuttling over a clipped 2 is worth 1 / 0.36
        ("reward-clipped", A, 0, [(2.222, 2.778), (2.222, 2.222), (2.778, 1)]),
        ("observation-aliased", B, 0, [(4, 5), (10, 10), (5, 4)]),
        ("observation-aliased", B, 1, [(8, 10), (0, 0), (10, 9)]),
        ("min-for-max", A, 0, [(0, 2), (0, 1.6), (2, 9)]),
        ("mean-for-max", A, 0, [(4, 6), (4, 6), (6, 9)]),  # as the uniform policy's values: 5, 5 and 7.5
        ("on-policy-bootstrap", A, 0, [(4, 6), (4, 6), (6, 9)]),
    ],
)
def test_wrong_answers_are_the_catalogues_or_by_hand(bug, problem, variant, expected):
    assert table(bug, problem, variant) == pytest.approx(np.array(expected), abs=6e-4)


def test_an_end_at_the_limit_goes_on_from_what_the_end_looks_like():
    # State 3 is only visited on the third step, so all of its ends are at the limit: v3 = 9 + 0.8 v2 = 25, as above.
    problem = Problem(reward_line(), 0.8, limit=3, shown=LIKE_2.shown)
    assert table("termination-at-limit-as-truncation", problem)[2, 1] == pytest.approx(25)
    assert table("termination-at-limit-as-truncation", LIKE_2) == pytest.approx(optimal(LIKE_2)[:3]), "no limit"


def test_gamma_in_place_of_its_power_shuttles():
    # Acting greedily it shuttles: v1 = 2 + 0.64 x 2 + 0.8 v2 and v2 = 0.8 x 2 + 0.8 v1, so v1 = 4.56 / 0.36.
    problem = Problem(reward_line(), 0.8, acting=np.array([[0, 1.0], [1, 0], [1, 0], [1, 0]]))
    q = table("nstep-gamma-power", problem)
    assert q[0, 1] == pytest.approx(4.56 / 0.36)
    assert q[0, 0] == pytest.approx(0 + 0.8 * 2 + 0 + 0.8 * 4.56 / 0.36), "stays, 2, back to 1"
    rarely = 0.05 + 0.9 * problem.policy
    assert table("nstep-gamma-power", Problem(reward_line(), 0.8, acting=rarely))[0] == pytest.approx(
        [11.5, 12.4], abs=0.5
    )


def test_windows_that_run_on_into_the_next_episode():
    # Always right, n = 3: from 3, right: 9, then 2 and 0 of the next episode, then v3 = the same.
    problem = Problem(reward_line(), 0.8, acting=np.tile([0.0, 1.0], (4, 1)))
    assert table("nstep-crosses-episodes", problem)[2, 1] == pytest.approx((9 + 0.8 * 2) / (1 - 0.512))


def test_one_step_windows_cannot_be_wrong():
    problem = Problem(reward_line(), 0.8, n=1)
    assert table("nstep-crosses-episodes", problem) == pytest.approx(optimal(problem)[:3])
    assert table("nstep-gamma-power", problem) == pytest.approx(optimal(problem)[:3])


def test_a_gradient_through_the_target_shows_only_where_moves_are_uncertain():
    assert table("gradient-through-target", A) == pytest.approx(optimal(A)[:3])
    assert np.abs(table("gradient-through-target", D) - optimal(D)[:3]).max() == pytest.approx(0.82, abs=0.1)


def test_a_gradient_through_the_target_has_no_slope_left():
    # Any other table has a larger mean squared error; the greedy actions are those of the solution.
    q = FINGERPRINTS["gradient-through-target"][0](D)
    weight = (D.visits[:, None] * D.policy)[:, :, None] * D.mdp.probability

    def loss(table):
        error = D.mdp.reward + 0.8 * D.live * table.max(axis=1)[D.mdp.successor] - table[..., None]
        return (weight * error**2).sum()

    for cell in np.ndindex(3, 2):
        for step in (-1e-3, 1e-3):
            other = q.copy()
            other[cell] += step
            assert loss(other) > loss(q)


@pytest.mark.parametrize("bug", FINGERPRINTS)
def test_every_bug_is_seen_on_some_setting(bug):
    settings = [A, B, C, D, LIKE_2, Problem(reward_line(), 0.8, limit=3, shown=LIKE_2.shown)]
    settings.append(Problem(reward_line(rewards=(-1, -2, 1.5, 8.5)), 0.8))
    assert max(np.abs(FINGERPRINTS[bug][0](p) - optimal(p))[:3].max() for p in settings) > 0.8


def test_the_nearest_bug_comes_first():
    q = FINGERPRINTS["reward-shifted"][0](A) + 0.05
    found = matches(A, q)
    assert found[0].bug == "reward-shifted"
    assert found[0].distance == pytest.approx(0.05)
    assert found[1].distance > 1


def test_only_the_cells_asked_for_are_compared():
    cells = np.zeros((4, 2), bool)
    cells[2, 1] = True
    distances = {match.bug: match.distance for match in matches(A, optimal(A), cells=cells)}
    assert distances["gamma-zero"] == 0, "the last move has no future"
    assert distances["reward-clipped"] == 8


def test_visits_and_cuts_of_three_steps_at_random():
    # Steps 0, 1, 2 are taken in 1: 1, 1/2, 1/2; in 2: 0, 1/2, 1/4; in 3: 0, 0, 1/4.
    assert C.visits == pytest.approx([2, 0.75, 0.25, 0])
    assert C.cut == pytest.approx([0.25, 1 / 3, 1, 0])


@pytest.mark.parametrize("seed", range(2))
def test_the_values_of_a_learner_that_takes_a_cut_for_the_end_are_the_fixed_point(seed):
    """A learner with the bug, on a random line, beside the operator."""
    rng = np.random.default_rng(seed)
    rewards = rng.integers(-3, 9, size=4).tolist()
    env = gymnasium.make_vec("rl_line:RewardLine-v0", num_envs=16, rewards=rewards, max_episode_steps=4)

    class Cut(agents.QLearning):
        def learn(self, transition):
            return super().learn(transition._replace(terminated=transition.terminated | transition.truncated))

    agent = Cut.for_env(env, alpha=lambda n: n**-0.8, policy=EpsilonGreedy(1.0), seed=seed)
    agents.train(env, agent, steps=4_000, seed=seed)
    problem = Problem(reward_line(rewards), 0.8, limit=4)
    assert agent.q[:3] == pytest.approx(table("truncation-as-termination", problem), abs=0.35)


def test_on_policy_values_are_those_of_the_policy():
    acting = np.array([[0.1, 0.9], [0.5, 0.5], [0.25, 0.75], [0.5, 0.5]])
    problem = Problem(reward_line(), 0.8, acting=acting)
    v = dp.policy_evaluation(problem.mdp, acting, 0.8)
    assert (table("on-policy-bootstrap", problem) * acting[:3]).sum(1) == pytest.approx(v[:3])


@pytest.mark.parametrize(
    ("bug", "expected"),
    [
        # The largest value of all, m, is the larger of 9 and 2 + 0.8 m: 10.
        ("max-over-wrong-axis", [[8, 10], [8, 8], [10, 9]]),
        # The column of going left never sees the 9: 0.8 x 0, and 2 + 0.8 x 0 from state 3.
        ("bootstrap-from-action-taken", [[0, 7.76], [0, 7.2], [2, 9]]),
        # Nothing follows a move that goes on, and after the end nothing is worth anything in a table.
        ("done-inverted", [[0, 2], [0, 0], [2, 9]]),
    ],
)
def test_slips_of_the_pen_by_hand(bug, expected):
    assert table(bug, A) == pytest.approx(np.array(expected))


def test_a_reset_that_is_learned_is_a_step_to_the_start():
    # It always goes right and ends in three steps: the end, which looks like state 2, is seen as often as that.
    ahead = np.tile([0.0, 1.0], (4, 1))
    problem = replace(LIKE_2, acting=ahead)
    assert problem.resets == pytest.approx([0, 0.5, 0, 0])
    q = table("autoreset-transition-learned", problem)
    assert q[1, 1] == pytest.approx((0.8 * 9 + 0.8 * q[0].max()) / 2)
    assert (problem.last_reward, problem.ending) == pytest.approx((9.0, 1.0))
