"""Agents of every shape are read alike."""

import gymnasium
import numpy as np
import pytest

from agents import DoubleQLearning, QLearning, evaluate
from agents.checkup.adapters import read
from agents.checkup.targets import target_network

TABLE = np.array([[1.0, 2.0], [4.0, 3.0], [0.5, 0.25]])
GREEDY = [1, 0, 0]


class Tensor:
    """A tensor as PyTorch has them, as far as it matters."""

    def __init__(self, values):
        self.values = np.asarray(values)
        self.grad_is_cut = False

    def new_tensor(self, values):
        return Tensor(np.asarray(values))

    def long(self):
        return Tensor(self.values.astype(np.int64))

    def detach(self):
        cut = Tensor(self.values)
        cut.grad_is_cut = True
        return cut

    def cpu(self):
        return self

    def numpy(self):
        assert self.grad_is_cut, "PyTorch refuses numpy() of a tensor with a gradient"
        return self.values


class Module:
    """A module as PyTorch has them; in training mode it drops out everything."""

    def __init__(self, takes="f", axes=2):
        self.takes, self.training, self.axes = takes, True, axes

    def parameters(self):
        yield Tensor(TABLE)

    def eval(self):
        self.training = False

    def train(self, mode=True):
        self.training = mode

    def __call__(self, given):
        assert given.values.dtype.kind == self.takes
        out = given.values @ TABLE if self.takes == "f" else TABLE[given.values]
        return Tensor(out * (not self.training))


class Predicts:
    """Stable-Baselines3's shape: a policy that makes tensors and has a network; `predict` gives a pair."""

    def __init__(self, quantiles=None):
        self.policy = self
        setattr(self, "quantile_net" if quantiles else "q_net", lambda tensor: Tensor(self.out(tensor, quantiles)))

    @staticmethod
    def out(states, quantiles):
        q = TABLE[states.values]
        return np.stack([q - k for k in quantiles], axis=1) if quantiles else q

    def obs_to_tensor(self, states):
        return Tensor(np.asarray(states)), True

    def predict(self, state, deterministic=False):
        assert deterministic
        return np.array(int(TABLE[state].argmax())), None


class Acts:
    def __init__(self, act):
        self.act = act


class HasQValues:
    def q_values(self, states):
        return TABLE[states]


class Flax:
    def apply(self, parameters, rows):
        return rows @ parameters["table"]


class Tianshou:
    """A policy whose model gives values and a state, from one-hot rows only."""

    def __init__(self):
        self.policy = self
        self.model, self.model_old = (lambda rows: (rows @ TABLE, None)), object()


class RLlib:
    """An algorithm whose module takes and gives dictionaries of tensors."""

    def __init__(self, **output):
        self.output = output

    def get_module(self):
        return self

    def parameters(self):
        yield Tensor(TABLE)

    def forward_inference(self, batch):
        rows = batch["obs"].values.argmax(axis=1)
        return {key: Tensor(table[rows]) for key, table in self.output.items()}


class RLlibDQN(RLlib):
    def compute_q_values(self, batch):
        return {"qf_preds": Tensor(batch["obs"].values @ TABLE)}


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


@pytest.mark.parametrize(
    "table",
    [
        Tensor(TABLE).detach(),
        dict(enumerate(TABLE)),
        {state: dict(enumerate(row)) for state, row in enumerate(TABLE.tolist())},
        {(state, action): value for (state, action), value in np.ndenumerate(TABLE)},
        {np.int64(0): TABLE[0], 1: TABLE[1].tolist(), 2: TABLE[2]},
    ],
)
@pytest.mark.parametrize("name", ["q_table", "q_values", ""])
def test_a_table_may_be_a_tensor_or_a_dictionary(name, table):
    if isinstance(table, Tensor) and not name:
        pytest.skip("a tensor alone may be anything")
    holder = type("Holder", (), {name: table})() if name else table
    assert read(holder, num_states=3, num_actions=2).q.tolist() == TABLE.tolist()


def test_states_that_a_dictionary_does_not_have_are_worth_nothing():
    assert read({0: [1.0, 2.0]}, num_states=2, num_actions=2).q.tolist() == [[1.0, 2.0], [0.0, 0.0]]
    with pytest.raises(TypeError, match="no key is a state"):
        read({"left": 1.0}, num_states=2, num_actions=2)


@pytest.mark.parametrize("name", ["q", "Q", "q_table"])
def test_a_table_may_be_a_list(name):
    holder = type("Holder", (), {name: TABLE.tolist()})()
    assert read(holder, num_states=3, num_actions=2).q.tolist() == TABLE.tolist()
    assert read(TABLE, num_states=3, num_actions=2).greedy.tolist() == GREEDY


def test_a_network_alone_shows_values_unless_it_has_two_heads():
    assert read(lambda rows: rows @ TABLE, num_states=3, num_actions=2).sure
    assert not read(lambda rows: (rows @ TABLE, rows[:, 0]), num_states=3, num_actions=2).sure
    agent = Acts(lambda state: GREEDY[state])
    agent.policy_net = agent.target_net = lambda rows: rows @ TABLE
    assert read(agent, num_states=3, num_actions=2).sure, "only values have targets"


def test_a_forgotten_return_is_told():
    with pytest.raises(TypeError, match=r"train returned None, .* does it `return` it\?"):
        read(None, num_states=3, num_actions=2)


def test_an_agent_that_shows_nothing_is_refused_by_name():
    with pytest.raises(TypeError, match=r"object shows neither .* expected act\(observation\)"):
        read(object(), num_states=3, num_actions=2)


def test_the_message_says_what_was_tried():
    with pytest.raises(TypeError, match=r"call\(one-hot\): gave shape \(3, 3\); call\(states\): gave shape \(3,\)"):
        read(lambda x: x * 1.0, num_states=3, num_actions=2)


def test_an_action_is_one_number():
    with pytest.raises(TypeError, match="expected one action"):
        read(Acts(lambda state: [0, 1]), num_states=3, num_actions=2)


def test_a_target_network_is_found_where_it_is_kept():
    agent = Tianshou()
    assert target_network(agent) == (agent.model, agent.model_old)
    assert target_network(HasQValues()) is None


def test_a_keras_model_is_read():
    import keras

    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2, use_bias=False)])
    model.layers[0].set_weights([TABLE])
    learned = read(model, num_states=3, num_actions=2)
    assert learned.q == pytest.approx(TABLE)
    assert learned.greedy.tolist() == GREEDY
