"""The exact answers of sequence tasks agree with algebra, brute force and simulation."""

import re

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from sequence_tasks.explain.exact import (
    COURSE,
    EVERY_LENGTH,
    Cell,
    cell_outputs,
    errors_by_length,
    exact_cell,
    fit_cell,
    least_error,
)

LENGTHS = range(1, 11)


def last(cell):
    return lambda inputs: cell_outputs(cell, inputs)[:, -1]


def test_the_course_weights_give_the_course_numbers():
    outputs = cell_outputs(COURSE, [1.0, 2.0])
    np.testing.assert_allclose(outputs, [1.89624916, 2.9996843642430537], rtol=0, atol=1e-12)
    assert COURSE.wi * (1 + COURSE.ws) == pytest.approx(1.0, abs=3e-7), "so they were trained on two inputs"


def test_the_course_weights_are_right_for_two_inputs_only():
    errors = errors_by_length(last(COURSE), LENGTHS)
    expected = [9.37, 0.00, 0.97, 1.07, *[1.08] * 6]
    np.testing.assert_allclose(errors, expected, atol=0.005)
    assert cell_outputs(COURSE, [5, 6, 7, 8])[-1] == pytest.approx(9.076, abs=5e-4)
    assert cell_outputs(COURSE, [1000, 1001, 1002])[-1] == pytest.approx(1012.88, abs=5e-3)


@pytest.mark.parametrize(
    ("length", "ws", "expected"), [(2, 0.1, (0.909091, 0.991736)), (4, 0.5, (0.533333, 0.924444)), (1, 0.7, (1, 1))]
)
def test_closed_forms_are_as_worked_by_hand(length, ws, expected):
    cell = exact_cell(length, ws)
    assert (cell.wi, cell.b) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("ws", [-1.7, -0.5, 0.0, 0.3, 1.0, 1.5])
@pytest.mark.parametrize("length", LENGTHS)
def test_any_recurrent_weight_is_exact_at_one_length_and_only_zero_at_two(length, ws):
    cell = exact_cell(length, ws)
    errors = errors_by_length(last(cell), LENGTHS)
    assert errors[length - 1] < 1e-9
    others = np.delete(errors, length - 1)
    assert (others < 1e-9).all() if ws == 0 else (others > 1e-3).all()


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("other", LENGTHS)
def test_two_lengths_leave_one_cell(length, other):
    if other <= length:
        return
    # wi = 1 / A_L for both lengths: A_other - A_length = ws^length + ... + ws^(other - 1) is 0.
    roots = np.roots([1.0] * (other - length))
    reals = {0.0, *np.round(roots.real[np.abs(roots.imag) < 1e-9], 9).tolist()}
    assert reals <= {0.0, -1.0}
    assert exact_cell(length, 0.0) == exact_cell(other, 0.0) == EVERY_LENGTH
    if -1.0 in reals and length % 2:  # with an even length A is 0, and no cell is exact at all
        assert exact_cell(length, -1.0).wi == exact_cell(other, -1.0).wi
        assert exact_cell(length, -1.0).b != exact_cell(other, -1.0).b


@pytest.mark.parametrize("length", [2, 6])
def test_an_alternating_cell_of_even_length_is_refused(length):
    with pytest.raises(ValueError, match=f"ws=-1.0 and length={length}: 1 \\+ ws \\+ \\.\\.\\. is 0.*pass another ws"):
        exact_cell(length, -1.0)


@pytest.mark.parametrize("ws", [0.0, 0.4])
def test_a_shift_changes_nothing_and_a_scale_only_b(ws):
    scaled = (np.arange(30.0) - 12.0) / 8.0
    inputs = sliding_window_view(scaled, 4)[:-1]
    cell = exact_cell(4, ws, step=1 / 8)
    np.testing.assert_allclose(cell_outputs(cell, inputs)[:, -1], scaled[4:], atol=1e-12)
    assert cell.b == pytest.approx(exact_cell(4, ws).b / 8)


def test_errors_by_length_are_the_largest_over_all_runs_that_fit():
    # The last input again: always 1 too little; nothing at all: the largest target, 7, is missed by 7.
    assert errors_by_length(lambda x: x[:, -1], [1, 5], low=2, high=7).tolist() == [1, 1]
    assert errors_by_length(lambda x: np.zeros(len(x)), [1, 5], low=2, high=7).tolist() == [7, 7]


@pytest.mark.parametrize("length", [6, 0, 1.5, 1e39])
def test_lengths_that_do_not_fit_are_refused(length):
    message = f"lengths hold {length} where low=2 and high=7, expected whole numbers from 1 to 5"
    with pytest.raises(ValueError, match=re.escape(message)):
        errors_by_length(lambda x: x[:, -1], [length], low=2, high=7)


def integers(length, *, high=100):
    """Inputs and targets of every step, [n, L]."""
    inputs = sliding_window_view(np.arange(high + 1.0), length)[:-1]
    return inputs, inputs + 1


@pytest.mark.parametrize("seed", range(20))
def test_the_least_squares_fit_of_every_step_is_the_one_cell_for_all_lengths(seed):
    fitted = fit_cell(*integers(10), seed=seed)
    np.testing.assert_allclose(fitted.cell, EVERY_LENGTH, atol=7e-10)
    assert fitted.error < 1e-9
    assert fitted.iterations < 100


@pytest.mark.parametrize("seed", range(5))
def test_the_least_squares_fit_of_one_length_is_one_of_its_exact_cells(seed):
    inputs, targets = integers(3)
    cell = fit_cell(inputs, targets[:, -1:], seed=seed).cell
    np.testing.assert_allclose(cell, exact_cell(3, cell.ws), rtol=1e-6)
    assert abs(cell.ws) > 1e-3


def test_with_noise_the_fit_is_where_the_gradient_vanishes():
    rng = np.random.default_rng(3)
    inputs, targets = integers(5, high=30)
    targets = targets + rng.normal(size=targets.shape)
    fitted = fit_cell(inputs[..., None], targets[..., None])

    def squares(cell):
        return np.sum((cell_outputs(cell, inputs) - targets) ** 2)

    least = squares(fitted.cell)
    assert fitted.error == pytest.approx(np.sqrt(least / targets.size))
    for k in range(3):
        for step in (-1e-3, 1e-3):
            moved = np.array(fitted.cell)
            moved[k] += step
            assert squares(Cell(*moved)) > least


def test_targets_that_belong_to_no_step_are_refused():
    with pytest.raises(ValueError, match=r"targets \(7, 2\), expected \[7, 1\] or one of each of 3 steps"):
        fit_cell(np.zeros((7, 3)), np.zeros((7, 2)))


def test_the_least_error_of_an_ar_series_is_as_worked_by_hand():
    assert least_error([0.5], noise=2.0) == 2.0
    # psi = 1, 0.5, 0.25: 1 + 1/4 + 1/16; and for (0.5, 0.3): psi = 1, 0.5, 0.55.
    assert least_error([0.5], noise=1.0, horizon=3) == pytest.approx(np.sqrt(1.3125))
    assert least_error([0.5, 0.3], noise=1.0, horizon=3) == pytest.approx(np.sqrt(1 + 0.25 + 0.3025))
    with pytest.raises(ValueError, match=r"horizon=0, expected a whole number of at least 1"):
        least_error([0.5], noise=1.0, horizon=0)


def test_no_forecast_of_a_simulated_series_is_better_and_the_true_one_reaches_it():
    phi, horizon = np.array([1.2, -0.5]), 4
    shocks = np.random.default_rng(0).normal(size=200_000)
    values = shocks.copy()
    for t in range(2, len(values)):
        values[t] += phi @ values[t - 2 : t][::-1]
    older, newer = values[:-1], values[1:]
    for _ in range(horizon):
        older, newer = newer, phi[0] * newer + phi[1] * older
    error = values[horizon + 1 :] - newer[:-horizon]
    assert np.sqrt(np.mean(error[100:] ** 2)) == pytest.approx(least_error(phi, noise=1.0, horizon=horizon), rel=0.02)


def test_a_sum_that_no_float_holds_is_refused():
    with pytest.raises(
        ValueError, match=r"^ws=2\.0 and length=5000: 1 \+ ws \+ \.\.\. is no float64; pass ws nearer to 0"
    ):
        exact_cell(5000, 2.0)
    with pytest.raises(ValueError, match=r"^length=1e[+]39, expected a whole number from 1 to"):
        exact_cell(1e39)
