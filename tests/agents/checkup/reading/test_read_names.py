"""Tables, networks and methods are found by their names, in any spelling, and what is named otherwise is left alone."""

from types import SimpleNamespace

import numpy as np
import pytest
from reading_cases import GREEDY, TABLE, Module

from agents.checkup.reading.reading import read
from agents.checkup.reading.targets import target_network

SPELLINGS = {
    "q": ["q", "Q", "_q", "q_"],
    "q_table": ["q_table", "qTable", "QTable", "_q_table", "Q_Table", "qtable"],
    "q_values": ["qValues", "QValues", "_q_values"],
    "others": ["qs", "qsa", "Qsa", "q_sa", "q_matrix", "QMatrix", "values"],
}
NETWORKS = ["Q_eval", "Qnet", "QNet", "qNetwork", "_q_network", "DQN", "policyNet", "policy_dqn", "brain"]
NETWORKS += ["main_network", "main_model", "mainModel", "q_model", "local_model", "nn", "NN"]


def of(agent):
    return read(agent, num_states=3, num_actions=2)


@pytest.mark.parametrize("name", [name for names in SPELLINGS.values() for name in names])
def test_a_table_is_found_by_its_name_in_any_spelling(name):
    for agent in SimpleNamespace(**{name: TABLE}), {name: TABLE, "rewards": [1.0]}:
        learned = of(agent)
        assert learned.q.tolist() == TABLE.tolist()
        assert learned.sure
        assert learned.way == f"{name}(states)"


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_found_by_its_name_in_any_spelling(name):
    learned = of(SimpleNamespace(**{name: Module(), "env": object()}))
    assert learned.q == pytest.approx(TABLE)
    assert learned.way == f"{name}(one-hot rows)"


def test_an_actor_critic_acts():
    learned = of(SimpleNamespace(actor_critic=Module()))
    assert learned.q is None
    assert learned.greedy.tolist() == GREEDY


ONE_AND_OTHERS = [
    {"Q_tab": TABLE, "q_counts": TABLE + 1, "visits": TABLE + 2},
    {"_Agent__q_dict": dict(enumerate(TABLE)), "q_visits": TABLE + 1, "q_target": TABLE + 2},
    {"q_est": TABLE, "queue": (TABLE + 1).tolist(), "q_trace": TABLE + 1, "Q_old": TABLE + 1},
]


@pytest.mark.parametrize("parts", ONE_AND_OTHERS)
def test_the_only_table_that_says_q_is_read(parts):
    learned = of(SimpleNamespace(**parts))
    assert learned.q.tolist() == TABLE.tolist()
    assert learned.sure


class Loss:
    """A module without weights, as losses are."""

    def parameters(self):
        yield from ()

    def __call__(self, rows):
        return rows @ TABLE


class Made:
    """A class, which makes an array of rows."""

    def __init__(self, rows):
        self.rows = rows

    def __array__(self, dtype=None, copy=None):
        return self.rows @ TABLE


class Optimizer:
    """An optimizer, which has parameters, and is not called."""

    def parameters(self):
        yield from Module().parameters()


def test_the_only_network_is_read():
    learned = of(
        SimpleNamespace(net_=Module(), my_target=Module(), mse=Loss(), optimizer=Optimizer(), memory=[[1, 2]] * 3)
    )
    assert learned.q == pytest.approx(TABLE)
    assert learned.way == "net_(one-hot rows)"
    assert not learned.sure
    net = Module()
    assert of(SimpleNamespace(body=net, same=net)).q == pytest.approx(TABLE), "one under two names"


class NoForward(Module):
    """A network that cannot be called, with one layer that can."""

    def __init__(self):
        super().__init__()
        self.layer = Module()

    def __call__(self, given):
        raise NotImplementedError


def test_a_layer_of_a_network_is_not_read():
    with pytest.raises(TypeError, match="shows neither actions nor values"):
        of(NoForward())


REFUSED = {
    "counts": {"q_counts": TABLE},
    "visits": {"visits": TABLE, "N": TABLE},
    "a target": {"target_net": Module(), "q_target": TABLE, "target": TABLE},
    "an optimizer": {"q_optimizer": Optimizer(), "optimizer": Optimizer()},
    "a memory": {"q_memory": TABLE, "queue": TABLE.tolist(), "replay": TABLE.tolist()},
    "a loss": {"criterion": Loss()},
    "state values": {"values": np.arange(3), "V": np.zeros(3)},
    "its class": {"DQN": Made},
    "two tables": {"Q_now": TABLE, "Q_best": TABLE + 1},
    "two networks": {"one": Module(), "two": Module()},
}


@pytest.mark.parametrize("parts", REFUSED.values(), ids=REFUSED)
def test_what_is_named_otherwise_or_twice_is_not_read(parts):
    with pytest.raises(TypeError, match="shows neither actions nor values"):
        of(SimpleNamespace(**parts))


def test_of_several_tables_the_one_to_return_is_asked_for():
    with pytest.raises(TypeError, match=r"Q_best and Q_now; return the one that was learned, e\.g\. Q_best"):
        of(SimpleNamespace(Q_now=TABLE, Q_best=TABLE + 1))


def test_values_that_are_a_method_or_the_numbers_of_a_table_are_not_read():
    assert of({"q": TABLE}).q.tolist() == TABLE.tolist()
    with pytest.raises(TypeError):
        of(SimpleNamespace(values=lambda: TABLE))
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(TABLE[::-1], index=[2, 1, 0])
    assert of(frame).q.tolist() == TABLE.tolist(), "by its labels"


METHODS = {
    name: {name: lambda state, action: TABLE[state, action]}
    for name in ["get_q_value", "getQValue", "get_qvalue", "get_q", "q_values", "q_value", "q", "Q", "qsa"]
}
METHODS |= {
    f"{name} of a state": {name: lambda state: TABLE[state]} for name in ["get_q_values", "q_value", "getQValues"]
}
METHODS["a dictionary by action"] = {"q_values": lambda state: {1: TABLE[state, 1], 0: TABLE[state, 0]}}
METHODS["a dictionary by actions as str"] = {"get_q": lambda state: {str(a): TABLE[state, a] for a in (0, 1)}}


@pytest.mark.parametrize("methods", METHODS.values(), ids=METHODS)
def test_methods_of_a_state_and_of_a_state_and_an_action_show_values(methods):
    learned = of(SimpleNamespace(**methods))
    assert learned.q.tolist() == TABLE.tolist()
    assert learned.sure
    assert learned.values(np.array([2])).tolist() == TABLE[[2]].tolist()


def test_a_method_of_state_and_action_may_take_rows():
    learned = of(SimpleNamespace(get_q=lambda row, action: (row @ TABLE)[action]))
    assert learned.q.tolist() == TABLE.tolist()


def softmax(rows):
    """Probabilities of all numbers together, as written for those of one state."""
    weights = np.exp(rows - np.max(rows))
    return weights / weights.sum()


class Joint(Module):
    """A network that normalises along the first axis, as written for one row."""

    def __call__(self, given):
        rows = given.values @ TABLE
        weights = np.exp(rows)
        return weights / weights.sum(axis=0)


@pytest.mark.parametrize("policy", [lambda state: softmax(TABLE[state]), lambda row: softmax(row @ TABLE), Joint()])
def test_probabilities_written_for_one_state_are_a_policy(policy):
    for agent in policy, SimpleNamespace(model=policy):
        learned = of(agent)
        assert learned.q is None
        assert learned.greedy.tolist() == GREEDY


class Actor:
    """A policy, which has preferences under any name."""

    def __init__(self, **parts):
        vars(self).update(parts)


PREFERENCES = [{"Q": TABLE}, {"q": dict(enumerate(TABLE))}, {"q_net": Module()}]


@pytest.mark.parametrize("parts", PREFERENCES)
def test_an_actor_has_preferences_under_any_name(parts):
    for kind in Actor, type("PolicyNet", (Actor,), {}), type("Policy", (Actor,), {}):
        learned = of(kind(**parts))
        assert learned.q is None
        assert learned.greedy.tolist() == GREEDY
    for name in "ActorCritic", "EpsilonGreedyPolicy", "PolicyIteration", "Agent":
        assert of(type(name, (Actor,), {})(**parts)).q is not None
    assert of(Actor(q_net=Module(), target_net=Module())).q is not None, "beside a target"
    assert of(Actor(q_values=lambda states: TABLE[states])).q is not None, "a promise"


def test_a_target_is_found_in_any_spelling():
    net, other = Module(), Module()
    for names in [
        *[("q_net", "q_net_target"), ("Qnet", "Qnet_target"), ("policy_dqn", "target_dqn"), ("Q_eval", "Q_next")],
        *[("local_model", "target_model"), ("mainNetwork", "targetNetwork"), ("brain", "target_brain")],
        *[("q_network", "target_q_network"), ("approximator", "target_approximator"), ("online", "target")],
    ]:
        assert target_network(SimpleNamespace(**dict(zip(names, (net, other), strict=True)))) == (net, other)


def test_targets_of_steps_are_no_networks():
    for target in 0.5, np.float64(0.5), np.zeros(32):
        assert target_network(SimpleNamespace(q=TABLE, q_target=target, model=Module(), target=target)) is None
