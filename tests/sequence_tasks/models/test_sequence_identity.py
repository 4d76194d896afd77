"""A training resumes from a file of the same data and network only."""

import keras
import numpy as np
import pytest

from sequence_tasks import MODELS, fit, fit_compiled, windows

RAMP = np.linspace(0, 1, 40, dtype=np.float32)
TRAIN = windows(RAMP, length=4)


def model(units=3, activation="tanh"):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((4, 1)), keras.layers.SimpleRNN(units, activation=activation), keras.layers.Dense(1)]
    return keras.Sequential(layers)


def other_data():
    changed = RAMP.copy()
    changed[20] += 0.1
    return windows(changed, length=4)


def wide_then_narrow(units):
    return keras.Sequential([keras.Input((4, 1)), keras.layers.Flatten(), *map(keras.layers.Dense, units)])


OTHERS = {
    "data": ((model, other_data()), r"train\[3\]"),
    "validation": ((model, TRAIN, TRAIN), "validation"),
    "activation": ((lambda: model(activation="relu"), TRAIN), r"model\.config\.layers\[1\]\.config\.activation"),
}


@pytest.mark.parametrize("way", [fit, fit_compiled])
@pytest.mark.parametrize(("given", "named"), OTHERS.values(), ids=OTHERS)
def test_other_data_of_that_shape_and_other_networks_of_that_size_are_refused(way, given, named, tmp_path):
    path = tmp_path / "run.npz"
    way(model(), TRAIN, epochs=2, path=path)
    make, *data = given
    with pytest.raises(ValueError, match=rf"run\.npz is of another training \({named}"):
        way(make(), *data, epochs=2, path=path)


@pytest.mark.parametrize("way", [fit, fit_compiled])
def test_a_network_of_another_seed_does_not_take_the_file(way, tmp_path):
    path = tmp_path / "run.npz"
    rows = way(MODELS["dense"](TRAIN, seed=1), TRAIN, epochs=2, path=path)
    assert way(MODELS["dense"](TRAIN, seed=1), TRAIN, epochs=2, path=path) == rows
    with pytest.raises(ValueError, match=r"of another training \(starts\[0\]\.config\.seed: \d+ in the file"):
        way(MODELS["dense"](TRAIN, seed=2), TRAIN, epochs=2, path=path)


def test_a_network_without_a_seed_goes_on_whatever_its_first_weights(tmp_path):
    def drawn(seed):
        keras.utils.set_random_seed(seed)
        return wide_then_narrow([2, 1])

    rows = fit(drawn(1), TRAIN, epochs=2, path=tmp_path / "run.npz")
    assert fit(drawn(2), TRAIN, epochs=2, path=tmp_path / "run.npz") == rows


def test_networks_of_as_many_weights_are_told_apart(tmp_path):
    # 4 x 2 + 2 + 2 x 3 + 3 + 3 + 1 and 4 x 3 + 3 + 3 x 1 + 1 + 1 x 2 + 2 weights: 23 each.
    one, other = wide_then_narrow([2, 3, 1]), wide_then_narrow([3, 1, 2])
    assert one.count_params() == other.count_params() == 23
    inputs, targets = TRAIN.inputs, TRAIN.targets
    fit(one, (inputs, targets), epochs=1, path=tmp_path / "run.npz")
    with pytest.raises(ValueError, match=r"another training .*model\.config\.layers"):
        fit(other, (inputs, np.repeat(targets, 2, axis=1)), epochs=1, path=tmp_path / "run.npz")


@pytest.mark.parametrize("way", [fit, fit_compiled])
def test_a_loss_that_is_an_object_is_known_again(way, tmp_path):
    path = tmp_path / "run.npz"
    rows = way(model(), TRAIN, epochs=2, path=path, loss=keras.losses.Huber(delta=0.5))
    assert way(model(), TRAIN, epochs=2, path=path, loss=keras.losses.Huber(delta=0.5)) == rows
    with pytest.raises(ValueError, match=r"loss\..*delta: 0\.5 in the file, 0\.25 here"):
        way(model(), TRAIN, epochs=2, path=path, loss=keras.losses.Huber(delta=0.25))


def test_a_broken_file_costs_one_epoch(tmp_path):
    path = tmp_path / "run.npz"
    whole = fit(model(), TRAIN, epochs=3, path=path)
    path.write_bytes(path.read_bytes()[:900])
    with pytest.warns(UserWarning, match=r"run\.npz is no complete .* Going on from .*run\.previous\.npz"):
        assert fit(model(), TRAIN, epochs=3, path=path) == whole


@pytest.mark.parametrize("wrong", ["now0", "rows", "best_epoch"])
@pytest.mark.parametrize("how", ["missing", "text"])
def test_parts_of_other_kinds_are_refused(wrong, how, tmp_path):
    path = tmp_path / "run.npz"
    fit(model(), TRAIN, epochs=1, path=path)
    parts = dict(np.load(path))
    parts.pop(wrong)
    np.savez(path, **parts, **({wrong: np.array("soon")} if how == "text" else {}))
    with pytest.raises(ValueError, match=rf"the state has (no )?{wrong}.*, expected"):
        fit(model(), TRAIN, epochs=1, path=path)
