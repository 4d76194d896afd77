"""Curves of one LSTM cell show its gates and its states, each in its own scale."""

import numpy as np
import pytest

from sequence_tasks.explain.by_hand import lstm_trace
from sequence_tasks.gate_curves import STATES, cell_over_time, gate_curves

OPEN = [np.array([[0, 0, 1.0, 0]]), np.zeros((1, 4)), np.array([50.0, 50, 0, 50])]  # gates i, f, C, o


def curves(axes):
    return {line.get_label(): line for line in axes.get_lines() if not line.get_label().startswith("_")}


def test_gates_are_drawn_from_0_to_1_and_the_step_is_marked():
    trace = lstm_trace(OPEN, [1.0, 0.5, 0.0])
    axes = gate_curves(trace, step=2)
    assert list(curves(axes)) == ["f forget", "i input", "o output"]
    for line in curves(axes).values():
        assert line.get_xdata().tolist() == [1, 2, 3]
        np.testing.assert_allclose(line.get_ydata(), 1)
    low, high = axes.get_ylim()
    assert -0.1 < low < 0
    assert 1 < high < 1.1
    (mark,) = axes.patches
    assert (mark.get_x(), mark.get_x() + mark.get_width()) == (1.5, 2.5)
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    assert not gate_curves(trace).patches


def test_the_scale_of_states_holds_a_cell_state_beyond_1():
    trace = lstm_trace(OPEN, np.ones(5))
    axes = gate_curves(trace, STATES)
    # With all gates open C adds up tanh(1) = 0.7616 a step: 3.808 after five, while h = tanh(C) stays below 1.
    np.testing.assert_allclose(curves(axes)["C state"].get_ydata(), np.tanh(1) * np.arange(1, 6))
    np.testing.assert_allclose(curves(axes)["h out"].get_ydata(), np.tanh(np.tanh(1) * np.arange(1, 6)))
    low, high = axes.get_ylim()
    assert low < -1
    assert 3.808 < high < 4.4
    low, high = gate_curves(lstm_trace(OPEN, [0.0]), STATES).get_ylim()
    assert low == pytest.approx(-high)
    assert high < 1.2


def test_another_cell_is_drawn_if_it_is_asked_for():
    rng = np.random.default_rng(0)
    trace = lstm_trace([rng.normal(size=(1, 8)), rng.normal(size=(2, 8)), rng.normal(size=8)], rng.normal(size=5))
    for cell in (0, 1):
        assert curves(gate_curves(trace, cell=cell))["f forget"].get_ydata().tolist() == trace.f[:, cell].tolist()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"step": 4}, "step=4, expected .*from 1 to 3"),
        ({"cell": 1}, "cell=1, expected .*0"),
        ({"names": ("f", "z")}, "'z'"),
    ],
)
def test_what_is_not_there_is_not_drawn(given, message):
    with pytest.raises(ValueError, match=message):
        gate_curves(lstm_trace(OPEN, [1.0, 0.5, 0.0]), **given)


def test_only_one_sequence_is_drawn():
    with pytest.raises(ValueError, match=r"a trace of inputs \(2, 3, 1\), expected one sequence"):
        gate_curves(lstm_trace(OPEN, np.zeros((2, 3, 1))))
    with pytest.raises(TypeError, match="trace"):
        gate_curves([1.0])


def test_a_cell_has_its_input_its_gates_and_its_states_in_three_scales():
    trace = lstm_trace(OPEN, [1.0, -0.5, 0.0])
    above, gates, states = cell_over_time(trace, step=3).figure.axes
    assert [bar.get_height() for bar in above.patches] == [1, -0.5, 0]
    assert list(curves(gates)) == ["f forget", "i input", "o output"]
    assert list(curves(states)) == ["C~ new", "C state", "h out"]
    assert [axes.patches[0].get_x() for axes in (gates, states)] == [2.5, 2.5]
    assert above.get_xlim() == states.get_xlim() == (0.5, 3.5)
