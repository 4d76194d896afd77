"""The replay memory keeps the newest transitions, and links the transitions of a lane."""

import io

import numpy as np
import pytest
from walks import drawn_from, memory_of, step, walk

from agents import Transition
from agents.deep.replay import ReplayMemory, as_rows


def rows_of(states, following, *, ends=None):
    """Rows of one step of several lanes."""
    size = len(states)
    ends, never = np.zeros(size, bool) if ends is None else np.array(ends), np.zeros(size, bool)
    return as_rows(Transition(np.array(states), np.arange(size), np.ones(size), np.array(following), ends, never))


def test_the_oldest_row_is_overwritten():
    memory = memory_of(*walk(5), capacity=3)
    assert memory.rows["observation"].tolist() == [3, 4, 2]
    assert memory.rows["reward"].tolist() == [8.0, 16.0, 4.0]
    assert (len(memory), memory.added) == (3, 5)


def test_only_rows_that_were_added_count():
    assert [len(memory_of(*walk(k), capacity=3)) for k in (1, 2, 3, 4)] == [1, 2, 3, 3]


def test_a_new_row_is_given_its_priority_and_leaves_the_others_theirs():
    memory = memory_of(*walk(2), capacity=3)
    memory.add(as_rows(step(2, 0, 0.0, 3)), [0], 2.5)
    assert memory.priorities.tolist() == [1.0, 1.0, 2.5]


def test_a_row_is_linked_to_the_next_one_of_its_lane():
    memory = ReplayMemory(8, rows_of([0], [1]))
    memory.add(rows_of([0, 10], [1, 11]), [0, 1])  # rows 0 and 1
    memory.add(rows_of([1, 11], [2, 12]), [0, 1])  # 2 and 3
    memory.add(rows_of([2, 12], [3, 13]), [0, 1])  # 4 and 5
    assert memory.following.tolist() == [2, 3, 4, 5, -1, -1, -1, -1]


def test_a_lane_that_is_missing_for_a_while_goes_on_later():
    memory = ReplayMemory(8, rows_of([0], [1]))
    memory.add(rows_of([0, 10, 20], [1, 11, 21]), [0, 1, 2])
    memory.add(rows_of([21, 1], [22, 2]), [2, 0])  # rows 3 and 4, in another order
    memory.add(rows_of([11], [12]), [1])  # row 5
    assert memory.following.tolist() == [4, 5, 3, -1, -1, -1, -1, -1]


def test_lanes_that_meet_in_a_state_stay_apart():
    memory = ReplayMemory(4, rows_of([0], [1]))
    memory.add(rows_of([0, 0], [1, 1]), [7, 3])
    memory.add(rows_of([1, 1], [2, 2]), [3, 7])
    assert memory.following.tolist() == [3, 2, -1, -1]


@pytest.mark.parametrize(("between", "linked"), [(1, True), (2, False), (3, False)])
def test_a_lane_whose_last_row_was_overwritten_is_not_linked(between, linked):
    memory = ReplayMemory(3, rows_of([0], [1]))
    memory.add(rows_of([5], [6]), [1])  # row 0
    for _ in range(between):
        memory.add(rows_of([5], [6]), [0])  # leads where lane 1 goes on, too
    at = memory.added % 3
    memory.add(rows_of([6], [7]), [1])
    assert (memory.following[0] == at) == linked
    assert memory.following[at] == -1


def test_no_link_leads_from_or_to_a_row_that_was_overwritten():
    for capacity in (1, 2, 3, 5):
        memory = ReplayMemory(capacity, rows_of([0], [1]))
        for state in range(7):
            memory.add(rows_of([state, 100 + state], [state + 1, 101 + state]), [0, 1])
            for row in np.flatnonzero(memory.following >= 0):
                following = memory.following[row]
                assert memory.rows["observation"][following] == memory.rows["next_observation"][row]


def test_a_run_that_starts_elsewhere_is_not_linked_and_one_that_goes_on_is():
    assert memory_of(step(0, 1, 0.0, 1), step(2, 1, 0.0, 3), capacity=2).following.tolist() == [-1, -1]
    assert memory_of(step(0, 1, 0.0, 1), step(1, 1, 0.0, 3), capacity=2).following.tolist() == [1, -1]


@pytest.mark.parametrize("ended", [{"ends": True}, {"cut": True}])
def test_an_episode_that_begins_where_the_last_one_ended_is_not_linked(ended):
    assert memory_of(step(0, 1, 0.0, 1, **ended), step(1, 1, 0.0, 2)).following[0] == -1


def test_parts_of_observations_are_kept_and_drawn_by_name():
    def parts(k):
        return {"place": np.array([k]), "view": np.array([[k, -k]], np.int8)}

    walked = [step(0, 1, 1.0, 0)._replace(observation=parts(k), next_observation=parts(k + 1)) for k in range(3)]
    memory = memory_of(*walked, walked[0])  # the last one starts elsewhere
    assert memory.following[:4].tolist() == [1, 2, -1, -1]
    batch = drawn_from(memory, [1, 3], n=2)
    assert {name: part.tolist() for name, part in batch.observation.items()} == {
        "place": [1, 0],
        "view": [[1, -1], [0, 0]],
    }
    assert batch.next_observation["view"].tolist() == [[3, -3], [1, -1]]
    assert batch.observation["view"].dtype == np.int8


def test_a_row_is_not_linked_if_only_some_parts_of_the_observation_go_on():
    first = {"a": np.array([1]), "b": np.array([2])}
    steps = [step(0, 1, 0.0, 0)._replace(observation=first, next_observation=first) for _ in range(2)]
    steps[1] = steps[1]._replace(observation={"a": np.array([1]), "b": np.array([3])})
    assert memory_of(*steps).following[0] == -1


def test_a_memory_survives_a_file_without_pickles():
    memory = ReplayMemory(5, rows_of([0], [1]))
    for state in range(3):
        memory.add(rows_of([state, 10 + state], [state + 1, 11 + state]), [0, 4], 1.0 + state)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **memory.state())
    file.seek(0)
    with np.load(file, allow_pickle=False) as saved:
        restored = ReplayMemory.restored({name: saved[name][()] for name in saved.files})
    for one in (memory, restored):
        one.add(rows_of([13, 3], [14, 4]), [4, 0], 9.0)
    for name, value in memory.state().items():
        np.testing.assert_array_equal(restored.state()[name], value, err_msg=name)
        assert np.asarray(restored.state()[name]).dtype == np.asarray(value).dtype, name
    assert memory.following.tolist() == restored.following.tolist() == [1, -1, -1, 0, 2]
    assert (len(restored), restored.newest) == (5, {0: 7, 4: 6})


def test_a_state_is_a_copy_and_so_is_what_is_restored_from_it():
    memory = memory_of(*walk(3), capacity=3)
    state = memory.state()
    kept = {name: np.copy(value) for name, value in state.items()}
    other = ReplayMemory.restored(state)
    for one in (memory, other):
        one.add(as_rows(step(3, 0, 8.0, 4)), [0], 5.0)
    assert all(np.array_equal(state[name], kept[name]) for name in kept)


def test_an_empty_memory_survives_too():
    restored = ReplayMemory.restored(ReplayMemory(3, as_rows(step(0, 1, 2.0, 1))).state())
    assert (len(restored), restored.newest, restored.following.tolist()) == (0, {}, [-1, -1, -1])


def test_rows_of_several_lengths_are_no_numbers():
    memory = ReplayMemory.for_transition(4, Transition(0, 0, 1.0, 1, False, False))
    with pytest.raises(ValueError, match=r"^action=\[\[1\.0\], \[1\.0, 2\.0\]\], expected an array of numbers"):
        memory.remember(Transition(0, [[1.0], [1.0, 2.0]], 1.0, 1, False, False))


@pytest.mark.parametrize("state", [300, 10**30, np.array(300)])
def test_a_state_too_large_for_the_first_one_s_kind_is_refused(state):
    memory = ReplayMemory.for_transition(4, Transition(np.int8(1), 0, 1.0, np.int8(2), False, False))
    with pytest.raises(ValueError, match=r"observation=.*, expected (numbers from -128 to 127|an array of numbers)"):
        memory.remember(Transition(state, 0, 1.0, 3, False, False))
    assert len(memory) == 0
    memory.remember(Transition(127, 0, 1.0, -128, False, False))
    assert (memory.rows["observation"][0], memory.rows["next_observation"][0]) == (127, -128)


@pytest.mark.parametrize("weight", [[1, None], np.array([1, None], dtype=object), ["a", "b"], [1.0, np.nan], [1.0]])
def test_weights_that_are_no_numbers_are_refused(weight):
    memory = ReplayMemory.for_transition(4, Transition(0, 0, 1.0, 1, False, False))
    memory.remember(Transition(0, 0, 1.0, 1, False, False))
    with pytest.raises(ValueError, match="weight"):
        memory.draw(np.array([0, 0]), weight, gamma=0.5, n=1)


def test_a_reward_of_half_precision_is_no_cause_to_warn():
    memory = ReplayMemory.for_transition(4, Transition(0, 0, 1.0, 1, False, False))
    memory.remember(Transition(0, 0, np.float16(3.0), 1, False, False))
    assert memory.rows["reward"][0] == 3
