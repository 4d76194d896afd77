"""Training on buckets: a batch holds one length, and every length is seen in every epoch."""

import keras
import numpy as np
import pytest

from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.training import fit_buckets
from sequence_tasks.task import windows

NUMBERS = np.arange(6, dtype=np.float32) / 10


class Level(keras.Model):
    """A constant, 0 at first, whatever it sees."""

    def __init__(self):
        super().__init__()
        self.b = self.add_weight(shape=(), initializer="zeros")

    def call(self, x):
        return self.b + 0.0 * x[:, -1]


def test_a_step_is_made_for_each_length_and_the_loss_weighs_every_window_alike():
    # Targets 1, 2 of length 1, and 2 of length 2; with a step size of 0.5 a step leads to the mean of the batch.
    several = [windows(np.array([0.0, 1, 2], np.float32), length=length) for length in (1, 2)]
    model = Level()
    rows = fit_buckets(model, several, epochs=1, optimizer=keras.optimizers.SGD(0.5), seed=0)
    last = np.random.default_rng([0, 0]).permutation(2)[-1]
    assert float(model.b) == pytest.approx((1.5, 2.0)[last])
    # The first from 0, the second from where the first led: (1 + 4) / 2 then (2 - 1.5)^2, or 4 then (1 + 0) / 2.
    assert rows == [{"step": 1, "loss": pytest.approx((2 * 0.5 + 4.0, 2 * 2.5 + 0.25)[last] / 3)}]


def test_a_training_goes_on_from_its_file_and_refuses_another_one_s(tmp_path):
    several = [windows(NUMBERS, length=length) for length in (1, 2, 3)]
    how = {"epochs": 6, "learning_rate": 0.1, "seed": 3}
    whole, parts, other = (MODELS["simple_rnn_one_cell"](several[0], seed=1) for _ in range(3))
    rows = fit_buckets(whole, several, **how)
    path = tmp_path / "run.npz"
    fit_buckets(parts, several, path=path, **how)
    other.set_weights([weight + 1.0 for weight in other.get_weights()])
    assert fit_buckets(other, several, path=path, **how) == rows, "from the weights in the file"
    with pytest.raises(ValueError, match="another training"):
        fit_buckets(parts, several[:2], path=path, **how)


def test_no_length_and_patience_are_refused():
    one = windows(NUMBERS, length=1)
    with pytest.raises(
        ValueError, match="several holds 0 lengths, and patience=None; expected at least one and no patience"
    ):
        fit_buckets(MODELS["simple_rnn_one_cell"](one), [])
    with pytest.raises(ValueError, match="several holds 1 lengths, and patience=2"):
        fit_buckets(MODELS["simple_rnn_one_cell"](one), [one], patience=2)
    with pytest.raises(TypeError, match=r"several\[0\] is a list, expected windows, or inputs and targets"):
        fit_buckets(MODELS["simple_rnn_one_cell"](one), np.zeros((2, 3, 4)))
    with pytest.raises(TypeError, match="several=3, expected a list or a tuple"):
        fit_buckets(MODELS["simple_rnn_one_cell"](one), 3)
