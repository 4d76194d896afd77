"""An environment stands for its MDP wherever an exact answer is asked for."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import RecordEpisodeStatistics, TransformReward

import rl_line
from rl_line import TabularMDP, dp, reward_line
from rl_line.known import as_mdp


def lake(**settings):
    return gym.make("FrozenLake-v1", is_slippery=False, **settings)


@pytest.mark.parametrize("solve", [dp.policy_iteration, dp.value_iteration])
def test_a_lake_is_solved_as_it_is(solve):
    assert solve(lake(), 0.9).v[0] == pytest.approx(0.9**5)  # six moves, the last one pays 1


ANSWERS = {
    "policy_iteration": lambda mdp: dp.policy_iteration(mdp, 0.8).q,
    "value_iteration": lambda mdp: dp.value_iteration(mdp, 0.8).q,
    "optimal_actions": lambda mdp: dp.optimal_actions(mdp, 0.8),
    "critical_gammas": dp.critical_gammas,
    "action_values": lambda mdp: dp.action_values(mdp, np.arange(4.0), 0.8),
    "policy_evaluation": lambda mdp: dp.policy_evaluation(mdp, np.ones(4, int), 0.8),
    "expected_return": lambda mdp: dp.expected_return(mdp, np.ones(4, int), 0.8),
    "discounted_visits": lambda mdp: dp.discounted_visits(mdp, np.ones(4, int), 0.8),
    "finite_horizon": lambda mdp: dp.finite_horizon(mdp, 3).q,
    "soft_values": lambda mdp: dp.soft_values(mdp, 0.8, lambda q: np.full((4, 2), 0.5)).q,
    "n_step_values": lambda mdp: dp.n_step_values(mdp, 0.8, 2, lambda q: np.full((4, 2), 0.5), lambda q: q.max(1)),
}


def test_no_solver_is_forgotten():
    of_tables = {"greedy_actions", "Solution"}
    assert set(ANSWERS) == set(dp.__all__) - of_tables


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize(
    "make",
    [
        lambda: gym.make("rl_line:RewardLine-v0"),
        lambda: gym.make("rl_line:RewardLine-v0").unwrapped,
        lambda: RecordEpisodeStatistics(gym.make("rl_line:RewardLine-v0")),
        lambda: rl_line.RewardLineVectorEnv(3),
        lambda: gym.make_vec("rl_line:RewardLine-v0", num_envs=2, vectorization_mode="sync"),
    ],
    ids=["made", "bare", "recorded", "lanes", "sync lanes"],
)
def test_every_solver_takes_the_environment_for_its_mdp(name, make):
    np.testing.assert_array_equal(ANSWERS[name](make()), ANSWERS[name](reward_line()))


@pytest.mark.parametrize("name", ANSWERS)
def test_what_may_change_the_mdp_is_refused_by_name(name):
    with pytest.raises(ValueError, match=r"TransformReward may change observations, actions or rewards of"):
        ANSWERS[name](TransformReward(gym.make("rl_line:RewardLine-v0"), abs))
    with pytest.raises(ValueError, match="carries no MDP"):
        ANSWERS[name](gym.make("CartPole-v1"))
    with pytest.raises(TypeError, match=r"0\.8 \(float\) is no MDP, expected a TabularMDP or an environment"):
        ANSWERS[name](0.8)


def test_the_optimal_policy_of_an_environment_is_drawn_over_gamma():
    from matplotlib.colors import to_hex

    from agents.plots import policy_over_gamma

    axes = policy_over_gamma(lake(desc=["SFG"]))  # to the right, at every discount
    legend = {text.get_text(): to_hex(patch.get_facecolor()) for text, patch in zip(
        axes.get_legend().get_texts(), axes.get_legend().get_patches(), strict=True
    )}  # fmt: skip
    assert list(legend) == ["left", "down", "right", "up", "tied"]
    assert len(set(legend.values())) == 5
    drawn = {(round(bar.get_y() + 0.3), to_hex(bar.get_facecolor())) for bar in axes.patches}
    assert drawn == {(0, legend["right"]), (1, legend["right"])}, "labelled as the lake counts them"


def test_an_mdp_is_its_own():
    assert as_mdp(mdp := reward_line()) is mdp
    assert isinstance(as_mdp(lake()), TabularMDP)
