"""Agents in the forms of several libraries, without imports of these; all have learned the same table."""

from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np

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


class QNetwork(Module):
    """A network that is called one of values."""


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


class FlaxState:
    """A state of a training, which has the parameters and applies the module to them."""

    params = {"table": TABLE}  # noqa: RUF012 - as it is there

    @staticmethod
    def apply_fn(parameters, rows):
        return Flax().apply(parameters, rows)


class Tianshou:
    """An algorithm with the target of its policy's model, which gives values and a state from one-hot rows."""

    def __init__(self):
        self.policy = SimpleNamespace(model=lambda rows: (rows @ TABLE, None))
        self.model_old = object()


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


class Skrl:
    """A model of skrl, which computes from dictionaries of tensors, and its agent, which acts on other terms."""

    def __init__(self, key="observations", role="q_network"):
        self.key, self.role, self.models = key, role, {role: self}

    def _observation_preprocessor(self, tensor):
        return Tensor(2 * tensor.values)

    def act(self, observations, states, *, timestep, timesteps):
        raise AssertionError("it explores")

    def parameters(self):
        yield Tensor(TABLE)

    def __call__(self, inputs, *, role=""):
        raise AssertionError("compute is asked")

    def compute(self, inputs, role=""):
        assert role == self.role
        return Tensor(inputs[self.key].values / 2 @ TABLE), {}


class PFRL:
    """An agent whose network gives an object of action values, and which explores outside `eval_mode`."""

    evaluating = False

    @contextmanager
    def eval_mode(self):
        self.evaluating = True
        yield
        self.evaluating = False

    def model(self, rows):
        return type("ActionValue", (), {"q_values": Tensor(rows @ TABLE)})()

    def act(self, row):
        return int((row @ TABLE).argmax()) if self.evaluating else 0

    target_model = model
