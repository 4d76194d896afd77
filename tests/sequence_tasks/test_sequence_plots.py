"""Figures of sequence tasks show the numbers they are given, and label them."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from sequence_tasks.explain.by_hand import lstm_trace
from sequence_tasks.explain.exact import EVERY_LENGTH, Cell, exact_cell
from sequence_tasks.plots import (
    error_by_length,
    forecasts_over_time,
    gates_over_time,
    losses,
    predictions_by_length,
    states_over_time,
    weights_and_exact_family,
)
from sequence_tasks.series.series import Series


def lines_of(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def labelled(axes):
    return bool(axes.get_xlabel() and axes.get_ylabel())


def test_forecasts_lie_over_the_actual_values_with_the_parts_shaded():
    values, guess, own = np.arange(20.0), np.arange(15, 20) - 1.0, [[15.5], [16.5], [17.5], [18.5], [19.5]]
    axes = forecasts_over_time(
        values[:, None],
        {"naive": guess, "mine": own},
        origins=np.arange(15, 20),
        borders=(10, 15),
        naive="naive",
        unit="kg",
    )
    lines = lines_of(axes)
    assert list(lines) == ["actual", "naive", "mine"]
    assert lines["actual"].get_ydata().tolist() == values.tolist()
    assert lines["mine"].get_xdata().tolist() == [15, 16, 17, 18, 19]
    assert lines["mine"].get_ydata().tolist() == [15.5, 16.5, 17.5, 18.5, 19.5]
    assert [lines[name].get_linestyle() for name in lines] == ["-", "--", "-"]
    assert lines["actual"].get_linewidth() < lines["mine"].get_linewidth(), "it hides no forecast"
    assert lines["actual"].get_zorder() > lines["mine"].get_zorder(), "and no forecast hides it"
    spans = [
        (patch.get_x(), patch.get_x() + patch.get_width(), to_hex(patch.get_facecolor())) for patch in axes.patches
    ]
    assert [span[:2] for span in spans] == [(-0.5, 9.5), (9.5, 14.5), (14.5, 19.5)]
    assert len({colour for *_, colour in spans}) == 3
    assert [(text.get_text(), text.get_position()[0]) for text in axes.texts] == [
        ("train", 0),
        ("validation", 10),
        ("test", 15),
    ]
    assert axes.get_ylabel() == "kg"
    assert labelled(axes)


def test_a_path_from_one_origin_is_drawn_from_there_and_an_empty_part_is_not():
    axes = forecasts_over_time(np.zeros(9), {"path": [[1.0, 2.0, 3.0]]}, origins=[5], borders=(5, 5))
    assert lines_of(axes)["path"].get_xdata().tolist() == [5, 6, 7]
    assert lines_of(axes)["path"].get_ydata().tolist() == [1, 2, 3]
    assert [text.get_text() for text in axes.texts] == ["train", "test"]


def test_the_limits_hold_the_series_and_every_forecast():
    def limits(origins, **forecasts):
        return forecasts_over_time(np.zeros(9), forecasts, origins=origins, borders=(5, 5)).get_xlim()

    assert limits([7], within=[[1.0, 2.0]]) == (-0.5, 8.5)
    assert limits([7], within=[[1.0, 2.0]], beyond=[[1.0] * 6]) == (-0.5, 12.5)  # steps 7 to 12
    assert limits([20, 4, 9], apart=[1.0, 2.0, 3.0]) == (-0.5, 20.5)
    with pytest.raises(
        ValueError, match=r"'mine' has forecasts of shape \(2, 3\) for 2 origins, expected one for each"
    ):
        limits([4, 5], mine=np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"shape \(2, 3\) for 1 origins, expected one for each, or one row"):
        limits([4], mine=np.zeros((2, 3)))


def test_errors_by_length_are_on_logarithmic_scales_and_not_below_the_floor():
    axes = error_by_length([1, 2, 9], {"a": [1.0, 0.1, 0.0], "b": [2.0, 2.0, 2.0]}, floor=1e-3)
    lines = lines_of(axes)
    assert lines["a"].get_ydata().tolist() == [1.0, 0.1, 1e-3]
    assert lines["b"].get_xdata().tolist() == [1, 2, 9]
    assert lines["a"].get_color() != lines["b"].get_color()
    assert set(lines["right when rounded"].get_ydata()) == {0.5}
    assert lines["right when rounded"].get_linestyle() == "--"
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert labelled(axes)


def test_errors_of_several_seeds_are_a_line_each_under_one_name():
    axes = error_by_length([1, 2], {"a": [[1.0, 2.0], [3.0, 4.0]], "b": [5.0, 6.0]})
    lines = [line.get_ydata().tolist() for line in axes.get_lines()[:3]]
    assert lines == [[1, 2], [3, 4], [5, 6]]
    assert axes.get_lines()[0].get_color() == axes.get_lines()[1].get_color() != axes.get_lines()[2].get_color()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "right when rounded"]


def test_predictions_by_length_stay_in_sight_of_the_right_numbers():
    axes = predictions_by_length([1, 2], [6, 7], {"a": [6.5, 7.0], "wild": [-900.0, 900.0]}, reach=4)
    lines = lines_of(axes)
    assert lines["a"].get_ydata().tolist() == [6.5, 7]
    assert (lines["right answer"].get_ydata().tolist(), lines["right answer"].get_linestyle()) == ([6, 7], "--")
    assert axes.get_ylim() == (2, 11), "4 below 6 and 4 above 7"
    assert labelled(axes)
    near = predictions_by_length([1, 2], [6, 7], {"a": [6.5, 7.0]})
    assert near.get_ylim() == (4.5, 8.5)


def test_losses_show_both_and_where_the_watched_one_is_least():
    rows = [
        {"step": k + 1, "loss": loss, "val_loss": watched} for k, (loss, watched) in enumerate([(4, 5), (2, 3), (1, 6)])
    ]
    lines = lines_of(axes := losses(rows))
    assert lines["train"].get_ydata().tolist() == [4, 2, 1]
    assert lines["validation"].get_ydata().tolist() == [5, 3, 6]
    best = lines["least, after 2"]
    assert (best.get_xdata().tolist(), best.get_ydata().tolist()) == ([2], [3])
    assert axes.get_yscale() == "log"
    assert labelled(axes)
    assert list(lines_of(losses([{"step": 1, "loss": 1.0}]))) == ["train"]


@pytest.mark.parametrize(
    ("draw", "names", "labels", "scale"),
    [(gates_over_time, ("f", "i", "o"), "fio", (0, 1)), (states_over_time, ("candidate", "C", "h"), "CCh", (-1, 1))],
)
def test_gates_and_states_are_rows_of_an_image_on_a_scale_of_their_own(draw, names, labels, scale):
    rng = np.random.default_rng(0)
    trace = lstm_trace([rng.normal(size=(1, 8)), rng.normal(size=(2, 8)), rng.normal(size=8)], rng.normal(size=5))
    axes = draw(trace)
    (image,) = axes.images
    np.testing.assert_array_equal(image.get_array(), np.concatenate([getattr(trace, name).T for name in names]))
    assert image.get_extent() == [0.5, 5.5, 6, 0]
    assert (image.norm.vmin, image.norm.vmax) == scale
    assert [text.get_text()[0] for text in axes.get_yticklabels()] == list(labels)
    assert list(axes.get_yticks()) == [1, 3, 5]
    assert all(tick == round(tick) for tick in axes.get_xticks()), "steps are whole"
    assert len(axes.figure.axes) == 2, "a bar for the colours"
    assert labelled(axes)
    with pytest.raises(ValueError, match=r"a trace of inputs \(3, 5, 1\), expected one sequence"):
        draw(lstm_trace([np.zeros((1, 8)), np.zeros((2, 8)), np.zeros(8)], np.zeros((3, 5, 1))))


def test_weights_lie_on_the_curves_of_exact_cells_which_meet_at_the_one_for_all():
    cells = {"mine": [exact_cell(2, 0.5), Cell(4.0, -2.0, 0.0), Cell(-1.5, 0.1, 0.0)]}
    axes = weights_and_exact_family(cells, lengths=(2, 5))
    lines = lines_of(axes)
    for length in (2, 5):
        ws, wi = lines[f"exact at length {length}"].get_data()
        assert np.abs(wi[np.isfinite(wi)]).max() <= 20, "no line joins what lies on both sides of a pole"
        for k in (0, 100, 399):
            assert wi[k] == pytest.approx(1 / sum(ws[k] ** j for j in range(length)))
        assert lines[f"exact at length {length}"].get_linestyle() == "--"
    assert lines["mine"].get_xdata().tolist() == [0.5, -2.0, 0.1]
    assert lines["mine"].get_ydata().tolist() == [1 / 1.5, 4.0, -1.5]
    star = lines["exact at every length"]
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (EVERY_LENGTH.ws, EVERY_LENGTH.wi)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert all(left <= cell.ws <= right and bottom <= cell.wi <= top for cell in cells["mine"])
    assert labelled(axes)


def ticks_of(first, count, **limits):
    """Texts of the ticks of a series of so many months."""
    dates = np.datetime64(first) + np.arange(count)
    axes = forecasts_over_time(Series("months", np.arange(count), dates=dates), {}, origins=[0], borders=(count, count))
    axes.set(**limits)
    axes.figure.canvas.draw()
    low, high = axes.get_xlim()
    return [text.get_text() for text in axes.get_xticklabels() if low <= text.get_position()[0] <= high]


def test_months_have_ticks_at_januaries_and_few_of_them():
    # 144 months are 12 years, more than eight: every second one.
    assert ticks_of("1949-01", 144) == ["1950-01", "1952-01", "1954-01", "1956-01", "1958-01", "1960-01"]
    assert ticks_of("1948-11", 50) == ["1949-01", "1950-01", "1951-01", "1952-01"]
    assert ticks_of("1949-01", 144, xlim=(90, 143))[:2] == ["1957-01", "1958-01"], "as a part is looked at"
    assert len(ticks_of("1949-03", 20)) > 3, "a short axis has months"
