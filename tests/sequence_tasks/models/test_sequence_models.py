"""Models by name fit the windows they are made for, and depend on nothing but a seed."""

import numpy as np
import pytest

from sequence_tasks.models.builders import MODELS
from sequence_tasks.task import windows

SERIES = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
MORE = {"simple_rnn_variable_length": {"mask_value": -8.0}}
ONE_OUTPUT = {"simple_rnn_one_cell", "simple_rnn_length_ten", "simple_rnn_variable_length"}
WHOLE_WINDOW = {"lstm_linear_skip", "dense", "linear"}


def cut(*, length=10, horizon=1, targets="ahead", features=1):
    return windows(SERIES[:, :features], length=length, horizon=horizon, targets=targets)


def weights_of(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_gives_what_the_targets_are_or_says_why_not(name, targets):
    made_for = cut(horizon=3, targets=targets, features=2)
    refused = (targets == "path" and name in ONE_OUTPUT) or (targets == "every" and name in WHOLE_WINDOW)
    if refused:
        with pytest.raises(
            ValueError, match=rf"targets have shape \({made_for.targets.shape[0]}, .*{name}.*pass targets="
        ):
            MODELS[name](made_for, **MORE.get(name, {}))
        return
    model = MODELS[name](made_for, **MORE.get(name, {}))
    assert model(made_for.inputs).shape == made_for.targets.shape
    assert model.name == name


@pytest.mark.parametrize("name", MODELS)
def test_weights_depend_on_the_seed_alone(name):
    found = [weights_of(MODELS[name](cut(), seed=seed, **MORE.get(name, {}))) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()
    # cells: 1 + 1 + 1; 4 + 16 + 4 and 4 + 1; 4 (32 + 32^2 + 32) and 33; GRU 3 (32 + 32^2 + 2 x 32) and 33;
    # 4 (8 + 8^2 + 8) + 9 and 11; 11 x 32 and 33; 11.
    counts = [3, 3, 29, 3, 4385, 3393, 340, 385, 11]
    assert len(found[0]) == dict(zip(MODELS, counts, strict=True))[name]


@pytest.mark.parametrize("name", sorted(set(MODELS) - WHOLE_WINDOW - {"simple_rnn_length_ten"}))
def test_recurrent_models_take_any_length(name):
    model = MODELS[name](cut(), **MORE.get(name, {}))
    for length in (1, 3, 17):
        assert model(np.zeros((2, length, 1), np.float32)).shape == (2, 1)


def test_the_cell_of_length_ten_takes_no_other():
    with pytest.raises(ValueError, match=r"windows have length 9, expected 10; pass length=10, or use simple_rnn_one"):
        MODELS["simple_rnn_length_ten"](cut(length=9))
    model = MODELS["simple_rnn_length_ten"](cut())
    with pytest.raises(ValueError, match=r"expected shape=\(None, 10, 1\)"):
        model(np.zeros((2, 9, 1), np.float32))


def test_one_cell_begins_without_memory_and_keras_own_start_is_one_or_minus_one():
    for name in ("simple_rnn_one_cell", "simple_rnn_length_ten"):
        kernel, recurrent, bias = MODELS[name](cut(), seed=1).get_weights()
        assert (recurrent.item(), bias.item()) == (0, 0)
        assert kernel.item() != 0
    starts = {
        MODELS["simple_rnn_one_cell"](cut(), seed=s, recurrent="orthogonal").get_weights()[1].item() for s in range(8)
    }
    assert starts == {-1.0, 1.0}


def test_padding_on_the_right_changes_nothing():
    model = MODELS["simple_rnn_variable_length"](cut(), mask_value=-8.0)
    model.set_weights([np.array([[0.5]]), np.array([[0.25]]), np.array([1.0])])
    inputs = np.full((1, 5, 1), -8.0, np.float32)
    inputs[0, :2, 0] = 2, 4
    # 0.5 x 2 + 1 = 2, and 0.5 x 4 + 0.25 x 2 + 1 = 3.5; a 0 is a value like others.
    assert float(model(inputs)[0, 0]) == 3.5
    inputs[0, 2, 0] = 0
    assert float(model(inputs)[0, 0]) == 1.875


def test_the_linear_skip_begins_at_nothing_and_reaches_the_whole_window():
    made_for = cut(length=3)
    model = MODELS["lstm_linear_skip"](made_for, seed=4)
    alone = MODELS["lstm"](made_for, units=8, seed=4)
    before = np.array(model(made_for.inputs))
    np.testing.assert_allclose(before, alone(made_for.inputs), atol=1e-6)
    model.get_layer("skip").set_weights([np.array([[1.0], [10.0], [100.0]]), np.array([0.5])])
    added = np.array(model(made_for.inputs)) - before
    np.testing.assert_allclose(added[:, 0], made_for.inputs[:, :, 0] @ [1, 10, 100] + 0.5, rtol=1e-4, atol=1e-4)


def test_settings_change_what_they_name():
    made_for = cut()
    assert MODELS["lstm"](made_for, units=5).count_params() == 4 * 5 * (1 + 5 + 1) + 6
    assert MODELS["dense"](made_for, hidden=(7, 3)).count_params() == 11 * 7 + 8 * 3 + 4
    four = MODELS["simple_rnn_four_cells"](made_for, activation="linear")
    assert (four.layers[1].units, four.layers[1].activation.__name__) == (4, "linear")
