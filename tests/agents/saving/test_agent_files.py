"""An agent comes back from its file with its class, its settings and all that it has learned."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
from support.small_dqn import dqn

import agents
from agents import DQN, UCB, DynaQ, Exponential, Linear, QLearning, Sarsa, Softmax, sample_average, train
from agents.deep import huber, squared
from agents.policies import EpsilonGreedy

MAKE = {kind.__name__: lambda env, kind=kind: kind.for_env(env, gamma=0.5, seed=1) for kind in agents.TABULAR} | {
    "sample average": lambda env: QLearning.for_env(env, alpha=sample_average, initial_value=3.0),
    "softmax": lambda env: Sarsa.for_env(env, policy=Softmax(Linear(2.0, 0.5, steps=100)), seed=2),
    "confidence": lambda env: DynaQ.for_env(env, policy=UCB(2.0), planning_steps=3, seed=2),
    "DQN": dqn,
    "DQN, all": lambda env: dqn(
        env,
        dueling=True,
        double=True,
        n=3,
        priority=0.5,
        loss=squared,
        beta=Linear(0.4, 1.0, steps=100),
        optimizer=keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 100), momentum=0.9),
        policy=EpsilonGreedy(Exponential(1.0, 0.1, half_life=50)),
    ),
}


def assert_same(first, second):
    assert type(first) is type(second)
    assert first.settings() == second.settings()
    for name, part in first.state().items():
        np.testing.assert_array_equal(part, second.state()[name], err_msg=name)


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_an_agent_comes_back_and_learns_on_as_it_would_have(env, make, tmp_path):
    agent = make(env)
    train(env, agent, steps=100, seed=0)
    agent.save(tmp_path / "agent.npz")
    other, same_class = agents.load(tmp_path / "agent.npz"), type(agent).load(tmp_path / "agent.npz")
    assert_same(agent, same_class)
    for one in (agent, other):
        train(env, one, steps=100, seed=1)
    assert_same(agent, other)


def test_saving_an_agent_by_function_or_by_method_is_the_same(env, tmp_path):
    agent = QLearning.for_env(env)
    agents.save(tmp_path / "one.npz", agent)
    agent.save(tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_what_is_neither_an_agent_nor_a_state_is_refused(tmp_path):
    with pytest.raises(TypeError, match="a list is no state, expected an agent of this package, or arrays by name"):
        agents.save(tmp_path / "x.npz", [1, 2])
    with pytest.raises(
        TypeError, match=r"a str is no state, .*; pass the path first, e\.g\. agents\.save\('agent\.npz'"
    ):
        agents.save([1, 2], "x.npz")


def test_a_file_of_another_class_is_refused(env, tmp_path):
    Sarsa.for_env(env).save(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"a\.npz holds a Sarsa, expected a QLearning; pass it to agents\.load"):
        QLearning.load(tmp_path / "a.npz")
    assert isinstance(agents.TabularAgent.load(tmp_path / "a.npz"), Sarsa)


def test_a_state_alone_is_no_agent(env, tmp_path):
    agents.save(tmp_path / "a.npz", QLearning.for_env(env).state())
    assert set(agents.load(tmp_path / "a.npz")) == {"q", "counts", "time", "episodes", "rng"}
    with pytest.raises(ValueError, match=r"a\.npz holds q, counts, time, episodes, rng, expected an agent"):
        QLearning.load(tmp_path / "a.npz")


def test_a_function_of_ones_own_is_passed_again(env, tmp_path):
    slow = lambda n: 0.5 / n  # noqa: E731
    QLearning.for_env(env, alpha=slow).save(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"was saved with alpha=.*lambda.*, which no file holds; pass it as alpha="):
        agents.load(tmp_path / "a.npz")
    assert agents.load(tmp_path / "a.npz", alpha=slow).alpha is slow


def test_a_function_that_only_has_a_known_name_is_not_taken_for_it(env, tmp_path):
    def huber_of_mine(error):
        return 0.0 * error

    huber_of_mine.__name__ = huber_of_mine.__qualname__ = "huber"
    dqn(env, loss=huber_of_mine).save(tmp_path / "a.npz")
    with pytest.raises(ValueError, match="was saved with loss="):
        agents.load(tmp_path / "a.npz")
    assert agents.load(tmp_path / "a.npz", loss=huber).loss is huber


def test_a_class_of_ones_own_comes_back_while_it_is_there(env, tmp_path):
    class Careful(QLearning):
        pass

    Careful.for_env(env, seed=3).save(tmp_path / "a.npz")
    assert type(agents.load(tmp_path / "a.npz")) is Careful
    state = agents.save(tmp_path / "b.npz", {"agent": json.dumps({"class": "Gone", "settings": {}})})
    assert state is None
    with pytest.raises(ValueError, match=r"b\.npz holds a Gone, expected a class that is imported"):
        agents.load(tmp_path / "b.npz")


def test_code_in_a_network_is_not_read(env, tmp_path):
    inputs = keras.Input((), dtype="int32")
    x = keras.layers.Lambda(lambda x: keras.ops.one_hot(x, 4), output_shape=(4,))(inputs)
    agent = DQN.for_env(env, model=keras.Model(inputs, keras.layers.Dense(2)(x)))
    agent.save(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"a\.npz has a model that cannot be made again .*; pass model="):
        agents.load(tmp_path / "a.npz")
    assert_same(agent, DQN.load(tmp_path / "a.npz", model=agent.model))


def test_a_network_is_loaded_in_a_new_process_by_the_package_alone(env, tmp_path):
    agent = dqn(env, dueling=True)
    agent.save(tmp_path / "a.npz")
    program = f"import agents; agent = agents.load({str(tmp_path / 'a.npz')!r}); print(*agent.q_values([0, 1]).ravel())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [float(x) for x in done.stdout.split()] == pytest.approx(agent.q_values([0, 1]).ravel(), abs=1e-6)
    light = f"import agents, sys; agents.load({str(tmp_path / 'b.npz')!r}); print('keras' in sys.modules)"
    QLearning.for_env(env).save(tmp_path / "b.npz")
    done = subprocess.run([sys.executable, "-c", light], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


WRONG = {
    "missing": lambda state: state.pop("time"),
    "text": lambda state: state.update(time="soon"),
    "complex": lambda state: state.update(q=state["q"] + 1j) if "q" in state else state.update(weight_0=1j),
    "generator": lambda state: state.update(rng="{}"),
    "no JSON": lambda state: state.update(rng="{"),
}


@pytest.mark.parametrize("make", [MAKE["QLearning"], MAKE["NStepQ"], dqn], ids=["QLearning", "NStepQ", "DQN"])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(env, make, wrong, tmp_path):
    agent = make(env)
    train(env, agent, steps=60, seed=0)
    before, state = agent.state(), make(env).state()
    wrong(state)
    with pytest.raises(ValueError, match=r"the state has .*expected .*; restore the"):
        agent.restore(state)
    for name, part in before.items():
        np.testing.assert_array_equal(part, agent.state()[name], err_msg=name)
