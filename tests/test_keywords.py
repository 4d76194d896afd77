"""Every public function refuses an unknown keyword by one clear error with the closest known one."""

import inspect
import re

import gymnasium as gym
import pytest

import agents
import rl_line
import sequence_tasks
from agents import DQN, EpsilonGreedy, NStepQ, QLearning
from agents.deep.replay import ReplayMemory
from rl_line import dp

ENV = gym.make("RewardLine-v0")
PACKAGES = (rl_line, dp, agents, agents.plots, agents.animation, sequence_tasks, sequence_tasks.plots)
RESULTS = {"Comparison", "Evaluation", "Finding", "Outcome", "Solution", "Transition", "Windows"}
#: What others fill in, provide or give as it is.
NOT_CALLED = {"Actor", "Learner", "Forecaster", "sample_average"} | RESULTS


def public():
    """Functions and classes that are called by users, but for those that pass other keywords on."""
    for module in PACKAGES:
        for name in getattr(module, "__all__", vars(module)):
            thing = getattr(module, name)
            own = getattr(thing, "__module__", "").startswith(module.__name__.split(".")[0])
            if (
                own
                and (inspect.isfunction(thing) or inspect.isclass(thing))
                and not name.startswith("_")
                and name not in NOT_CALLED
                and takes(thing)
            ):
                yield pytest.param(thing, id=f"{module.__name__}.{name}")


def takes(thing):
    parameters = inspect.signature(thing).parameters.values()
    return parameters and not any(one.kind is one.VAR_KEYWORD for one in parameters)


@pytest.mark.parametrize("thing", list(public()))
def test_a_keyword_like_none_is_answered_with_all(thing):
    known = ", ".join(inspect.signature(thing).parameters)
    with pytest.raises(TypeError, match=rf"^{thing.__name__} has no argument 'zzz'\. Known: {known}\.$"):
        thing(zzz=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: QLearning(4, 2, learning_rate=1), "QLearning has no argument 'learning_rate'. Did you mean 'alpha'?"),
        (lambda: NStepQ.for_env(ENV, discount_factor=1), "NStepQ has no argument 'discount_factor'. Did you mean 'g"),
        (lambda: DQN.for_env(ENV, buffer_size=9), "DQN has no argument 'buffer_size'. Did you mean 'memory_size'?"),
        (lambda: DQN.for_env(ENV, lr=0.1), "DQN has no argument 'lr'. Did you mean 'optimizer'?"),
        (lambda: EpsilonGreedy(eps=0.1), "EpsilonGreedy has no argument 'eps'. Did you mean 'epsilon'?"),
        (lambda: agents.train(ENV, QLearning(4, 2), total_timesteps=9), "total_timesteps'. Did you mean 'steps'?"),
        (lambda: dp.policy_iteration(ENV, discount=0.8), "'discount'. Did you mean 'gamma'?"),
        (lambda: ReplayMemory(size=9), "ReplayMemory has no argument 'size'."),
        (lambda: gym.make("RewardLine-v0", slipp=0.1), "RewardLineEnv has no argument 'slipp'. Did you mean 'slip'?"),
        (lambda: gym.make_vec("RewardLine-v0", reward=[1, 2]), "'reward'. Did you mean 'rewards'? Known: num_envs, "),
    ],
)
def test_the_name_that_other_libraries_have_leads_to_ours(call, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("make", [lambda **how: QLearning(4, 2, **how), lambda **how: DQN(None, **how)])
def test_epsilon_is_told_to_be_a_part_of_the_policy(make):
    with pytest.raises(TypeError, match=r"has no argument 'epsilon': it is a part of the policy; pass policy=Epsilon"):
        make(epsilon=0.1)


def test_a_class_of_a_user_is_called_by_its_own_name():
    class Mine(QLearning):
        """Q-learning, and nothing more."""

    with pytest.raises(TypeError, match=r"^Mine has no argument 'gama'\. Did you mean 'gamma'\?"):
        Mine(4, 2, gama=1)


@pytest.mark.parametrize("env", [ENV, gym.make_vec("RewardLine-v0", num_envs=2), "RewardLine-v0"])
@pytest.mark.parametrize("kind", [QLearning, NStepQ, DQN])
def test_an_environment_in_place_of_sizes_leads_to_for_env(kind, env):
    wanted = "model" if kind is DQN else "num_states and num_actions"
    told = f"expected {wanted}; for an environment call {kind.__name__}.for_env(env)."
    with pytest.raises(TypeError, match=re.escape(told)):
        kind(env)


def test_a_function_without_arguments_is_told_to_have_none():
    with pytest.raises(TypeError, match=r"air_passengers has no argument 'column'\. Known: none\.$"):
        sequence_tasks.as_series("air_passengers", column=1)
