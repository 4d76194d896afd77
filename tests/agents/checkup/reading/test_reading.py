"""Agents of every shape are read alike."""

from types import SimpleNamespace

import gymnasium
import numpy as np
import pytest
from reading_cases import (
    GREEDY,
    PFRL,
    TABLE,
    Acts,
    Flax,
    FlaxState,
    HasQValues,
    Module,
    Predicts,
    QNetwork,
    RLlib,
    RLlibDQN,
    Skrl,
    Tensor,
    Tianshou,
)

from agents import DoubleQLearning, QLearning, evaluate
from agents.checkup.reading.reading import read
from agents.checkup.reading.targets import target_network


def tabular(kind):
    agent = kind(3, 2)
    agent.q[:] = TABLE
    return agent


SHOW_VALUES = {
    "table": lambda: tabular(QLearning),
    "two tables": lambda: tabular(DoubleQLearning),
    "q_values": HasQValues,
    "module of rows": Module,
    "module of indices": lambda: Module("i"),
    "sb3": Predicts,
    "sb3 quantiles": lambda: Predicts(quantiles=(-1.0, 0.0, 1.0)),
    "flax": lambda: (Flax(), {"table": TABLE}),
    "flax's state of a training": FlaxState,
    "tianshou": Tianshou,
    "rllib": RLlibDQN,
    "function of rows": lambda: lambda rows: rows @ TABLE,
    "function of states": lambda: lambda states: TABLE[states],
}


@pytest.mark.parametrize("make", SHOW_VALUES.values(), ids=SHOW_VALUES)
def test_values_and_actions_are_read(make):
    learned = read(make(), num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)
    assert learned.greedy.tolist() == GREEDY
    assert learned.values(np.array([2, 0])) == pytest.approx(TABLE[[2, 0]])


@pytest.mark.parametrize(
    "agent",
    [
        Acts(lambda state, explore: GREEDY[state]),
        Acts(lambda state: np.array([GREEDY[state]])),
        Acts(lambda state: Tensor([GREEDY[state]])),
        RLlib(actions=np.array(GREEDY)),
        RLlib(action_dist_inputs=TABLE - 7),
        lambda states: np.array(GREEDY)[states],
    ],
)
def test_an_agent_without_values_shows_what_it_does(agent):
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.greedy.tolist() == GREEDY
    assert learned.q is None


def odds(rows):
    weights = np.exp((rows if np.ndim(rows) == 2 else np.eye(3)[rows]) @ TABLE)
    return weights / weights.sum(axis=1, keepdims=True)


def test_probabilities_are_no_values():
    agent = Acts(lambda state: GREEDY[state])
    agent.model = odds
    for shown in (agent, odds):  # a network alone, too, does what it gives the highest
        learned = read(shown, num_states=3, num_actions=2)
        assert learned.q is None
        assert learned.greedy.tolist() == GREEDY


def test_what_is_not_called_values_may_be_something_else():
    agent = Acts(lambda state: GREEDY[state])
    agent.model = lambda rows: rows @ TABLE
    assert not read(agent, num_states=3, num_actions=2).sure
    agent.q_network = agent.model
    assert read(agent, num_states=3, num_actions=2).sure


def test_what_was_read_is_evaluated_exactly():
    env = gymnasium.make("rl_line:RewardLine-v0")
    walks, shuttles = (
        read(Acts(policy.__getitem__), num_states=4, num_actions=2) for policy in ([1] * 4, [1, 0, 0, 0])
    )
    # 2 + 9 within the limit of 100 steps, and 2 every second step.
    assert evaluate(env, walks) == (11, 11, 11, 0)
    assert evaluate(env, shuttles) == (100, 100, 100, 0)


def test_what_it_does_may_differ_from_its_values():
    agent = HasQValues()
    agent.act = lambda state, explore: int(TABLE[state].argmin())
    assert read(agent, num_states=3, num_actions=2).greedy.tolist() == [0, 1, 1]


def test_a_module_is_left_in_its_mode():
    module = Module()
    read(module, num_states=3, num_actions=2)
    assert module.training


def test_an_agent_of_rows_is_asked_by_rows():
    def act(row):
        return int((row[None] @ TABLE).argmax())

    learned = read(Acts(act), num_states=3, num_actions=2)
    assert learned.greedy.tolist() == GREEDY


def test_a_network_alone_is_asked_what_it_is():
    """Its numbers may be values or logits, so long as nothing calls them values."""
    for agent in (lambda rows: rows @ TABLE, Module(), lambda rows: (rows @ TABLE, rows[:, :1])):
        learned = read(agent, num_states=3, num_actions=2)
        assert not learned.sure
        assert learned.q == pytest.approx(TABLE)
        assert "are they action values, a policy's preferences (logits), or a" in learned.question
    assert read(Module(), num_states=3, num_actions=2).question.startswith("Module(one-hot rows) gives numbers")
    learned = read(QNetwork(), num_states=3, num_actions=2)
    assert learned.sure
    assert learned.question == ""


def test_a_network_of_an_agent_that_is_called_one_of_values_has_values():
    for name, sure in ("DQNAgent", True), ("QLearner", True), ("Reinforce", False):
        agent = type(name, (), {"model": lambda self, rows: rows @ TABLE})()
        assert read(agent, num_states=3, num_actions=2).sure == sure


def test_only_values_have_targets():
    agent = Acts(lambda state: GREEDY[state])
    agent.policy_net = agent.target_net = lambda rows: rows @ TABLE
    assert read(agent, num_states=3, num_actions=2).sure


NAMES = ["q", "Q", "q_net", "q_network", "q_eval", "qnetwork", "qnetwork_local", "dqn"]
NAMES += ["eval_net", "policy_net", "model", "network", "online", "online_net"]


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_found_by_its_name(name):
    agent = type("Agent", (), {name: Module()})()
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)
    assert learned.way == f"{name}(one-hot rows)"
    assert read({name: Module()}, num_states=3, num_actions=2).q == pytest.approx(TABLE)


@pytest.mark.parametrize(
    "outputs",
    [
        lambda q, v: [q, v],
        lambda q, v: (v, q),
        lambda q, v: {"v": v, "advantages": q},
        lambda q, v: {"logits": -q, "q": q},
        lambda q, v: [q],
        lambda q, v: q.tolist(),
    ],
)
def test_of_several_heads_the_one_of_values_is_told_by_shape_or_name(outputs):
    agent = type("Agent", (), {"model": lambda self, rows: outputs(rows @ TABLE, rows @ TABLE[:, :1])})()
    assert read(agent, num_states=3, num_actions=2).q == pytest.approx(TABLE)


def test_two_heads_of_the_same_shape_are_refused_by_name():
    def network(rows):
        return [rows @ TABLE, -rows @ TABLE]

    with pytest.raises(TypeError, match=r"gave outputs of shapes 0: \(3, 2\), 1: \(3, 2\); which are action values\?"):
        read(network, num_states=3, num_actions=2)


@pytest.mark.parametrize("key", ["observations", "states"])
def test_a_model_of_skrl_computes_from_prepared_states(key):
    learned = read(Skrl(key), num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)
    assert learned.sure
    assert learned.failed == "", "what takes other arguments is not asked for actions"


def test_an_agent_of_pfrl_is_asked_in_its_evaluation_mode():
    agent = PFRL()
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)
    assert learned.sure
    assert learned.greedy.tolist() == GREEDY
    assert not agent.evaluating


FORMS = {
    "states": lambda states: TABLE[states] if states.ndim == 1 and states.dtype == np.int64 else None,
    "a column of states": lambda states: TABLE[states[:, 0]] if states.shape[1] == 1 else None,
    "one state at a time": lambda state: TABLE.tolist()[state],
    "one row at a time": lambda row: TABLE.T @ row if row.ndim == 1 else None,
}


@pytest.mark.parametrize("form", FORMS)
def test_states_are_given_in_the_form_that_fits(form):
    agent = type("Agent", (), {"q_values": staticmethod(FORMS[form])})()
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.way == f"q_values({form})"
    assert learned.q == pytest.approx(TABLE)
    assert learned.values(np.array([1])) == pytest.approx(TABLE[[1]])


def test_a_look_up_with_a_default_is_asked_in_the_form_that_it_knows():
    table = {str(state): TABLE[state] for state in range(3)}
    known = SimpleNamespace(q_values=lambda states: np.array([table.get(str(state), np.zeros(2)) for state in states]))
    assert read(known, num_states=3, num_actions=2).q.tolist() == TABLE.tolist()
    untrained = SimpleNamespace(q_values=lambda states: np.zeros((len(states), 2)))
    assert read(untrained, num_states=3, num_actions=2).q.tolist() == [[0, 0]] * 3


def test_a_method_may_want_a_batch_of_one_row():
    def act(rows):
        if np.shape(rows) != (1, 3):
            raise ValueError("expected shape (1, 3)")
        return TABLE[int(rows[0].argmax())].argmax()

    assert read(SimpleNamespace(act=act), num_states=3, num_actions=2).greedy.tolist() == GREEDY


def test_a_network_of_one_number_is_given_it():
    agent = type("Agent", (), {"q_values": lambda self, column: column @ np.array([[1.0, -2.0]])})()
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.q.tolist() == [[0, 0], [1, -2], [2, -4]]


def test_logarithms_of_probabilities_are_no_values():
    learned = read(lambda rows: np.log(odds(rows)), num_states=3, num_actions=2)
    assert learned.q is None
    assert learned.greedy.tolist() == GREEDY


class Policy(Module):
    """A network of logits, which says so by its name."""


LOGITS = Module()
POLICIES = {
    "actor": lambda: SimpleNamespace(actor=LOGITS, critic=lambda rows: rows @ TABLE[:, :1]),
    "policy": lambda: SimpleNamespace(policy=LOGITS),
    "class": Policy,
    "skrl": lambda: Skrl(role="policy"),
    "dictionary": lambda: SimpleNamespace(policy={0: 1, 1: 0}),
    "table": lambda: SimpleNamespace(pi=TABLE),
    "table without a row": lambda: SimpleNamespace(pi=np.array([[1, 2], [4, 3], [np.nan, np.nan]])),
    "table of empty cells": lambda: SimpleNamespace(pi=np.array([[np.nan, 2], [4, np.nan], [0.5, 0.25]])),
}


@pytest.mark.parametrize("make", POLICIES.values(), ids=POLICIES)
def test_what_is_called_a_policy_shows_actions_and_no_values(make):
    learned = read(make(), num_states=3, num_actions=2)
    assert learned.q is None
    assert learned.greedy.tolist() == GREEDY


def test_a_function_that_is_called_a_policy_may_explore_and_is_not_asked():
    with pytest.raises(TypeError, match=r"expected act\(observation\)"):
        read(SimpleNamespace(policy=lambda state: 0), num_states=3, num_actions=2)


def test_a_regressor_that_predicts_values_is_not_asked_for_actions():
    regressor = type("Regressor", (), {"predict": lambda self, rows: rows @ TABLE})()
    learned = read(type("Agent", (), {"approximator": regressor})(), num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)


def test_an_agent_that_cannot_be_asked_for_actions_says_why():
    agent = HasQValues()
    agent.act = lambda state: {}[state]
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.greedy.tolist() == GREEDY
    assert learned.failed.startswith("act(one state at a time) in state 1: KeyError: 0; act(one row at a time) in")


def test_an_agent_that_does_not_know_a_state_is_asked_for_the_others():
    agent = Acts(lambda state: {0: 1, 1: 1}[state])
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.greedy.tolist() == [1, 1, 0]
    assert learned.failed.startswith("act(one state at a time) in state 3: KeyError: 2")
    agent.q = -TABLE  # whose best action there is 1
    assert read(agent, num_states=3, num_actions=2).greedy.tolist() == [1, 1, 1]


def test_a_method_that_takes_more_than_an_observation_is_not_asked_for_actions():
    agent = HasQValues()
    agent.act = lambda state, epsilon: 0
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.greedy.tolist() == GREEDY
    assert learned.failed == ""
    with pytest.raises(TypeError, match=r"act\(state, epsilon\): takes more than one observation"):
        read(Acts(agent.act), num_states=3, num_actions=2)


def test_an_action_is_one_whole_number_in_range():
    for action in ([0, 1], 2, -1, 0.5):
        with pytest.raises(TypeError, match="expected one action from 0 to 1"):
            read(Acts(lambda state, action=action: action), num_states=3, num_actions=2)


def test_a_target_network_is_found_where_it_is_kept():
    agent = Tianshou()
    assert target_network(agent) == (agent.policy.model, agent.model_old)
    assert read(agent, num_states=3, num_actions=2).sure
    assert target_network(HasQValues()) is None


def keras_model(*outputs):
    keras = pytest.importorskip("keras")
    rows = keras.layers.Input((3,))
    heads = [keras.layers.Dense(np.shape(w)[1], use_bias=False, name=name) for name, w in outputs]
    model = keras.Model(rows, [head(rows) for head in heads] if len(heads) > 1 else heads[0](rows))
    for head, (_, w) in zip(heads, outputs, strict=True):
        head.set_weights([np.array(w)])
    return model


def test_models_of_keras_are_read_by_the_head_of_values():
    for outputs in [[("a", TABLE)], [("v", TABLE[:, :1]), ("a", TABLE)], [("policy", -TABLE), ("q", TABLE)]]:
        learned = read(keras_model(*outputs), num_states=3, num_actions=2)
        assert learned.q == pytest.approx(TABLE)
        assert learned.greedy.tolist() == GREEDY
    with pytest.raises(TypeError, match=r"one: \(3, 2\), two: \(3, 2\); which are action values\?"):
        read(keras_model(("one", TABLE), ("two", TABLE)), num_states=3, num_actions=2)


def test_networks_of_torch_are_read():
    torch = pytest.importorskip("torch")
    embedding, linear = torch.nn.Embedding(3, 2), torch.nn.Linear(3, 2, bias=False)
    embedding.weight.data, linear.weight.data = torch.tensor(TABLE), torch.tensor(TABLE.T)
    for network in (embedding, linear, torch.nn.Sequential(linear)):
        learned = read(network, num_states=3, num_actions=2)
        assert learned.q == pytest.approx(TABLE)
        assert not learned.sure
    softmax = torch.nn.Sequential(linear, torch.nn.Softmax(dim=-1))
    assert read(softmax, num_states=3, num_actions=2).q is None


@pytest.mark.parametrize("name", ["q_eval", "model"])
@pytest.mark.parametrize(
    ("outputs", "sure"),
    [
        (lambda q, v: (v, q), False),  # of a dueling network
        (lambda q, v: (q, v[:, 0]), False),  # of a policy and its value
        (lambda q, v: (q, np.zeros((3, 7))), True),  # of a recurrent network and its state
        (lambda q, v: {"v": v, "q_values": q}, True),
        (lambda q, v: q.tolist(), True),
    ],
)
def test_an_output_beside_a_value_may_be_no_action_values(name, outputs, sure):
    agent = SimpleNamespace(**{name: lambda rows: outputs(rows @ TABLE, rows @ TABLE[:, :1])}, target_net=None)
    learned = read(agent, num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)
    assert learned.sure == (sure and name == "q_eval")
    if not learned.sure:
        assert "or a dueling network's advantages?" in learned.question
