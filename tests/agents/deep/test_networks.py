"""Every observation space has the right encoding, and rows of a batch have independent values."""

import random
import subprocess
import sys

import gymnasium as gym
import keras
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiBinary, MultiDiscrete
from keras.src.random.seed_generator import global_seed_generator

import agents
from agents.deep.networks import q_network

SPACES = {
    "discrete": Discrete(5),
    "discrete from 3": Discrete(5, start=3),
    "discrete from -2": Discrete(5, start=-2),
    "multi-discrete": MultiDiscrete([2, 3, 4]),
    "table of discrete": MultiDiscrete([[2, 3], [4, 5]]),
    "multi-discrete from 1": MultiDiscrete([2, 3], start=[1, -1]),
    "multi-binary": MultiBinary(6),
    "table of bits": MultiBinary((2, 3)),
    "number": Box(-1.0, 1.0, ()),
    "vector": Box(-1.0, 1.0, (4,)),
    "doubles": Box(-1.0, 1.0, (4,), np.float64),
    "matrix": Box(-1.0, 1.0, (3, 4)),
    "floats with three axes": Box(0.0, 1.0, (8, 8, 3)),
    "bytes": Box(0, 255, (7,), np.uint8),
    "image": Box(0, 255, (16, 12, 3), np.uint8),
    "stacked images": Box(0, 255, (4, 16, 12), np.uint8),
    "dictionary": gym.spaces.Dict({"b": Discrete(3), "a": Box(-1.0, 1.0, (2,))}),
    "ordered dictionary": gym.spaces.Dict([("z", Discrete(3)), ("a", Box(0, 255, (16, 12, 1), np.uint8))]),
    "nested": gym.spaces.Dict({"x": gym.spaces.Dict({"b": Discrete(3), "a": MultiBinary(2)}), "w": Discrete(2)}),
}


def batch_of(space, size):
    space.seed(0)
    return keras.tree.map_structure(lambda *x: np.stack(x), *(space.sample() for _ in range(size)))


def linear(space, num_actions=3):
    """A network of one layer without its biases, and its kernel."""
    model = q_network(space, num_actions, hidden=(), seed=0)
    kernel, bias = model.get_weights()
    model.set_weights([kernel, 0 * bias])
    return (lambda *rows: np.array(model(np.array(rows)))), kernel


@pytest.mark.parametrize("dueling", [False, True])
@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_each_row_has_a_value_of_every_action_whatever_its_neighbours(space, dueling):
    model, batch = q_network(space, 3, hidden=(8,), dueling=dueling, seed=0), batch_of(space, 5)
    values = np.array(model(batch))
    assert (values.shape, values.dtype) == ((5, 3), np.float32)
    assert np.isfinite(values).all()
    for k in range(5):
        alone = model(keras.tree.map_structure(lambda x, k=k: x[k : k + 1], batch))
        np.testing.assert_allclose(alone[0], values[k], atol=1e-5)
    reversed_values = model(keras.tree.map_structure(lambda x: x[::-1].copy(), batch))
    np.testing.assert_allclose(reversed_values, values[::-1], atol=1e-5)


@pytest.mark.parametrize("start", [0, 3, -2])
def test_a_discrete_observation_is_one_row_of_the_first_kernel(start):
    values, kernel = linear(Discrete(5, start=start))
    assert kernel.shape == (5, 3)
    np.testing.assert_array_equal(values(*range(start, start + 5)), kernel)


def test_a_multi_discrete_observation_is_one_row_of_each_part():
    values, kernel = linear(MultiDiscrete([[2, 3], [1, 4]]))
    assert kernel.shape == (2 + 3 + 1 + 4, 3)
    expected = kernel[1] + kernel[2 + 0] + kernel[5 + 0] + kernel[6 + 3]
    np.testing.assert_allclose(values([[1, 0], [0, 3]])[0], expected, rtol=1e-5)


def test_a_multi_discrete_observation_is_counted_from_its_start():
    values, kernel = linear(MultiDiscrete([2, 3], start=[1, -1]))
    np.testing.assert_allclose(values([2, -1])[0], kernel[1] + kernel[2], rtol=1e-5)


def test_bits_and_numbers_are_taken_as_they_are():
    values, kernel = linear(MultiBinary((2, 2)))
    np.testing.assert_allclose(values([[1, 0], [0, 1]])[0], kernel[0] + kernel[3], rtol=1e-5)
    values, kernel = linear(Box(-9.0, 9.0, (2,)))
    np.testing.assert_allclose(values([2.0, -3.0])[0], 2 * kernel[0] - 3 * kernel[1], rtol=1e-5)


def test_parts_of_a_dictionary_are_joined_in_their_order():
    model = q_network(gym.spaces.Dict([("z", Discrete(3)), ("a", Box(-9.0, 9.0, (1,)))]), 2, hidden=(), seed=0)
    kernel, bias = model.get_weights()
    values = model({"a": np.array([[5.0]], np.float32), "z": np.array([1])})
    np.testing.assert_allclose(values[0], kernel[1] + 5 * kernel[3] + bias, rtol=1e-5)


@pytest.mark.parametrize("space", [Box(-1.0, 1.0, (16,)), Discrete(16)])
def test_kernels_and_biases_are_small_and_spread_at_first(space):
    for weight in q_network(space, 2, hidden=(400,), dueling=True, seed=0).get_weights():
        limit = 1 / 4 if weight.shape in [(16, 400), (400,)] else 1 / 20
        assert np.abs(weight).max() <= limit
        if weight.size >= 400:
            np.testing.assert_allclose(weight.std(), limit / np.sqrt(3), rtol=0.1)  # of a uniform distribution
        assert len(np.unique(weight)) > weight.size / 2


def test_images_are_seen_alike_whether_their_channels_come_first_or_last():
    rng = np.random.default_rng(0)
    image = rng.integers(256, size=(2, 16, 12, 4), dtype=np.uint8)
    last, first = (q_network(Box(0, 255, shape, np.uint8), 3, seed=0) for shape in [(16, 12, 4), (4, 16, 12)])
    np.testing.assert_allclose(last(image), first(image.transpose(0, 3, 1, 2)), atol=1e-5)


def test_bytes_of_an_image_become_fractions():
    space = Box(0, 255, (8, 8, 1), np.uint8)
    model = q_network(space, 2, hidden=(), seed=0)
    for weight in model.weights:  # every convolution and the last layer sum up
        weight.assign(np.ones(weight.shape) if "kernel" in weight.path else np.zeros(weight.shape))
    white, dim = (np.array(model(np.full((1, 8, 8, 1), x, np.uint8))) for x in (255, 51))
    np.testing.assert_allclose(dim, white / 5, rtol=1e-5)
    # All 64 pixels are in the first window, padded from 8 to 8, of each of 2 * 2 places, clipped to the image.
    assert white[0, 0] == white[0, 1] > 0


@pytest.mark.parametrize("size", [1, 4])
def test_the_mean_action_value_of_a_dueling_network_is_its_state_value(size):
    model = q_network(Box(-1.0, 1.0, (3,)), 5, hidden=(8,), dueling=True, seed=0)
    (head,) = (layer for layer in model.layers if getattr(layer, "units", None) == 1)
    observation = np.random.default_rng(0).normal(size=(size, 3)).astype(np.float32)
    state_values = np.array(keras.Model(model.input, head.output)(observation))
    action_values = np.array(model(observation))
    np.testing.assert_allclose(action_values.mean(axis=-1, keepdims=True), state_values, atol=1e-6)
    assert action_values.std(axis=-1).min() > 1e-3


@pytest.mark.parametrize(
    "space", [SPACES["vector"], SPACES["image"], SPACES["nested"]], ids=["vector", "image", "dict"]
)
def test_a_seed_tells_every_weight(space):
    first, again, other = (q_network(space, 3, hidden=(8,), dueling=True, seed=s).get_weights() for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True) if a.ndim > 1)


def test_layers_of_the_same_shape_begin_with_different_weights():
    kernels = [w for w in q_network(Box(-1.0, 1.0, (8,)), 8, hidden=(8, 8), seed=0).get_weights() if w.ndim > 1]
    assert len(kernels) == 3
    assert not any(np.array_equal(a, b) for a, b in [kernels[:2], kernels[1:], kernels[::2]])


@pytest.mark.parametrize("seed", [0, None])
def test_no_global_seed_is_touched(seed):
    def states():
        of_keras = global_seed_generator().state.numpy()
        return str((random.getstate(), np.random.get_state(), of_keras))  # noqa: NPY002

    before = states()
    first, second = (q_network(SPACES["image"], 3, seed=seed).get_weights()[0] for _ in range(2))
    assert states() == before
    assert np.array_equal(first, second) == (seed is not None)


@pytest.mark.parametrize("space", [gym.spaces.Tuple([Discrete(2), Discrete(3)]), gym.spaces.Text(4)])
@pytest.mark.parametrize("inside", [False, True])
def test_a_space_without_an_encoding_is_refused_with_a_way_out(space, inside):
    with pytest.raises(
        TypeError, match=r"no encoding of (Tuple|Text)\(.*expected Discrete, .*Dict.*FlattenObservation"
    ):
        q_network(gym.spaces.Dict({"a": Discrete(2), "b": space}) if inside else space, 3)


@pytest.mark.parametrize(
    "program",
    [
        "import agents, keras",
        "import keras, agents",
        "import agents; agents.DQN; import keras",
        "import agents; from tensorflow import keras",
    ],
)
def test_a_network_is_read_by_keras_in_a_new_process(program, tmp_path):
    model = q_network(gym.spaces.Dict(a=gym.spaces.Discrete(3), b=gym.spaces.Discrete(2, start=1)), 2, dueling=True)
    model.save(tmp_path / "network.keras")
    program += f"; print(keras.models.load_model({str(tmp_path / 'network.keras')!r}).count_params())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) == model.count_params()


def test_another_backend_is_left_alone(monkeypatch):
    loaded, load = [], agents._import_module
    monkeypatch.setattr(agents, "_import_module", lambda name: (loaded.append(name), load(name))[1])
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    agents._register_layers()
    assert loaded == ["keras"]
    monkeypatch.setattr(keras.backend, "backend", lambda: "tensorflow")
    agents._register_layers()
    assert loaded[1:] == ["keras", "agents.deep.networks"]
