"""Returns of n rewards are drawn from the replay memory as worked out by hand."""

import keras
import numpy as np
import pytest
from walks import drawn_from, memory_of, step, walk

from agents.deep.replay import as_rows, drawn


@pytest.mark.parametrize("n", [1, 2, 3])
def test_n_rewards_are_discounted_and_what_follows_them_too(n):
    batch = drawn_from(memory_of(*walk(5)), [0, 1], n=n)  # rewards 1 2 4 8 16, gamma 1/2: each step adds 1, or 2
    assert batch.reward.tolist() == [1.0 * n, 2.0 * n]
    assert batch.discount.tolist() == [0.5**n] * 2
    assert (batch.observation.tolist(), batch.next_observation.tolist()) == ([0, 1], [n, 1 + n])
    assert batch.action.tolist() == [0, 1]
    assert not batch.terminated.any()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_termination_ends_the_sum_and_leaves_no_bootstrap(n):
    again = [step(0, 1, 100.0, 1), step(1, 1, 100.0, 2)]
    batch = drawn_from(memory_of(*walk(3, ends=True), *again), [0, 1, 2], n=n)
    assert batch.reward.tolist() == [1.0 * n, 2.0 * min(n, 2), 4.0]
    assert batch.terminated.tolist() == [n >= 3, n >= 2, True]
    assert batch.next_observation.tolist() == [n, min(3, n + 1), 3]


@pytest.mark.parametrize("start", [0, 3])
@pytest.mark.parametrize("n", [2, 3, 9])
def test_truncation_bootstraps_from_its_own_last_state(n, start):
    again = [step(start, 1, 100.0, 4), step(4, 1, 100.0, 5)]  # at 3, where the other was cut off, or elsewhere
    batch = drawn_from(memory_of(*walk(3, cut=True), *again), [1, 2], n=n)
    assert batch.reward.tolist() == [2.0 + 0.5 * 4.0, 4.0]
    assert batch.discount.tolist() == [0.25, 0.5]
    assert batch.next_observation.tolist() == [3, 3]
    assert not batch.terminated.any()


@pytest.mark.parametrize("last", [{"ends": True}, {"cut": True}])
def test_a_sum_ends_with_its_episode_even_where_a_link_leads_on(last):
    memory = memory_of(*walk(2, **last), *walk(2))
    memory.following[1] = 2
    batch = drawn_from(memory, [0, 1], n=3)
    assert batch.reward.tolist() == [2.0, 2.0]
    assert batch.discount.tolist() == [0.25, 0.5]
    assert batch.next_observation.tolist() == [2, 2]


def test_the_newest_rows_have_fewer_rewards_until_more_come():
    memory = memory_of(*walk(2))
    for following, reward, discount in [(2, 2.0, 0.25), (3, 3.0, 0.125), (3, 3.0, 0.125)]:
        batch = drawn_from(memory, [0], n=3)
        assert (batch.next_observation[0], batch.reward[0], batch.discount[0]) == (following, reward, discount)
        memory.add(as_rows(step(following, 0, 2.0**following, following + 1)), [0])


def test_a_sum_goes_on_over_the_edge_of_the_ring():
    memory = memory_of(*walk(5), capacity=3)  # holds 3, 4, 2
    batch = drawn_from(memory, [2, 0, 1], n=3)
    assert batch.reward.tolist() == [12.0, 16.0, 16.0]
    assert batch.discount.tolist() == [0.125, 0.25, 0.5]


def test_keras_draws_what_numpy_draws():
    memory = memory_of(*walk(4, ends=True), *walk(2, cut=True), *walk(2))
    index, weight = np.arange(8), np.linspace(0.5, 1.0, 8, dtype=np.float32)
    expected = memory.draw(index, weight, gamma=0.8, n=3)
    rows = {name: keras.ops.convert_to_tensor(array) for name, array in memory.rows.items()}
    links, index, weight = (keras.ops.convert_to_tensor(x) for x in (memory.following.astype("int32"), index, weight))
    batch = drawn(rows, index, lambda at: keras.ops.take(links, at), weight, gamma=0.8, n=3, xp=keras.ops)
    for name, value in expected._asdict().items():
        got = np.array(getattr(batch, name))
        np.testing.assert_allclose(got, value, rtol=1e-6, err_msg=name)
        assert got.dtype == value.dtype, name
