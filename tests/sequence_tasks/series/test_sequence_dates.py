"""Dates go with a series to its windows, tables and figures; columns known in advance are no leak."""

import copy

import numpy as np
import pandas as pd
import pytest

from sequence_tasks.evaluation import naive
from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.evaluation import evaluate, evaluate_backtest
from sequence_tasks.forecaster import NetworkForecaster
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.plots import forecasts_over_time
from sequence_tasks.series.catalogue import SERIES, as_series
from sequence_tasks.series.series import Series, read_csv
from sequence_tasks.task import SequenceTask

MONTHS = np.arange("2020-01", "2022-01", dtype="datetime64[M]")  # 24 of them
VALUES = np.arange(24.0) ** 2
MEASURED = {"air_passengers", "sunspots", "co2"}
DATED = Series("Dated", VALUES, dates=MONTHS)


def test_dates_stay_with_their_values():
    assert DATED[3:6].dates.tolist() == MONTHS[3:6].tolist()
    assert DATED[::2].values[:, 0].tolist() == [k**2 for k in range(0, 24, 2)]
    for one in (DATED, DATED[:5], copy.deepcopy(DATED)):
        with pytest.raises(ValueError, match="read-only"):
            one.dates[0] = MONTHS[1]
    assert Series("none", VALUES).dates is None


@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
def test_windows_have_the_dates_of_their_targets(targets):
    task = SequenceTask(DATED, 3, horizon=2, targets=targets, train=12, validation=6)
    np.testing.assert_array_equal(task.dates("test"), MONTHS[task.times("test")])
    assert task.dates("test")[-1, -1] == np.datetime64("2021-12")
    with pytest.raises(ValueError, match="'none' has no dates; pass them"):
        SequenceTask(Series("none", VALUES), 3).dates("test")


@pytest.mark.parametrize("unit", ["M", "D", "s", "ns"])
def test_a_table_says_from_when_to_when(unit):
    task = SequenceTask(Series("Dated", VALUES, dates=MONTHS.astype(f"datetime64[{unit}]")), 3, train=18, validation=0)
    text = str(evaluate({"mine": naive.autoregression(2)(DATED[:18])}, task, mode="one_step"))
    assert text.startswith("Dated, one step ahead from the true history: 6 origins, 18 to 23 (2021-07 to 2021-12).\n")


def test_a_figure_has_dates_on_its_axis_and_beyond():
    dated = Series("Dated", VALUES, dates=MONTHS.astype("datetime64[ns]"))
    axes = forecasts_over_time(dated, {"mine": [[1.0] * 6]}, origins=[22], borders=(12, 18))
    text = axes.xaxis.get_major_formatter()
    assert [text(step) for step in (-1, 0, 12, 23, 24, 27)] == [
        "2019-12",
        "2020-01",
        "2021-01",
        "2021-12",
        "2022-01",
        "2022-04",
    ]
    assert axes.get_xlabel() == "date"
    assert axes.get_lines()[0].get_ydata().tolist() == VALUES.tolist()
    assert forecasts_over_time(Series("none", VALUES), {}, origins=[1], borders=(2, 3)).get_xlabel() == "step"


@pytest.mark.parametrize(
    ("name", "first", "last", "at", "date", "value"),
    [
        ("air_passengers", "1949-01", "1960-12", 138, "1960-07", 622),  # the summer of the last year, the largest
        ("sunspots", "1700", "2008", 257, "1957", 190.2),  # the largest of all
        ("co2", "1964-05", "2001-12", 8, "1965-01", 319.40),
    ],
)
def test_embedded_series_have_their_dates(name, first, last, at, date, value):
    series = as_series(name)
    assert (str(series.dates[0]), str(series.dates[-1]), str(series.dates[at])) == (first, last, date)
    assert series.values[at, 0] == pytest.approx(value, abs=0.01)
    assert set(np.diff(series.dates).astype(int).tolist()) == {1}
    assert repr(series).endswith(f"{first} to {last}>")
    task = SequenceTask(series, 12)
    assert str(task.dates("test")[-1, -1]) == last
    found = evaluate({"mine": naive.drift(series[: task.borders[1]])}, task, mode="recursive", steps=2)
    assert f"({series.dates[task.borders[1]]} to {series.dates[-2]})" in found.title
    axes = forecasts_over_time(series, {"next": [[1.0]]}, origins=[len(series)], borders=task.borders)
    assert axes.xaxis.get_major_formatter()(len(series)) == str(np.datetime64(last) + 1)


def test_series_of_a_rule_have_none():
    assert {name for name in SERIES if as_series(name).dates is None} == set(SERIES) - MEASURED


def test_pandas_brings_its_dates_and_says_what_is_forecast():
    days = pd.date_range("2020-02-27", periods=4)
    frame = pd.DataFrame({"rain": [0, 1, 0, 1], "sales": [5.0, 6, 7, 8], "holiday": [0, 0, 1, 0]}, index=days)
    found = as_series(frame, target="sales", known=("holiday",))
    assert (found.name, found.values.tolist()[1]) == ("sales", [6, 1, 0])  # sales, rain, holiday
    assert found.known == (2,)
    assert found.dates.astype("datetime64[D]").astype(str).tolist() == [
        "2020-02-27",
        "2020-02-28",
        "2020-02-29",
        "2020-03-01",
    ]
    column = frame.reset_index(names="day")
    again = as_series(column, target="sales", dates="day", known=["holiday"])
    np.testing.assert_array_equal(again.values, found.values)
    np.testing.assert_array_equal(again.dates, found.dates)
    assert as_series(frame["sales"]).dates[0] == np.datetime64("2020-02-27")
    assert as_series(column["sales"]).dates is None
    periods = pd.Series([1, 2], index=pd.period_range("2020-01", periods=2, freq="M"))
    assert as_series(periods).dates.astype("datetime64[M]").tolist() == MONTHS[:2].tolist()
    # One hour apart over the change of clocks, at 00:30 and 01:30 UTC.
    zoned = pd.Series(
        [1, 2], index=pd.DatetimeIndex(["2020-10-25 02:30+02:00", "2020-10-25 02:30+01:00"], tz="Europe/Rome")
    )
    assert as_series(zoned).dates.astype("datetime64[m]").astype(str).tolist() == [
        "2020-10-25T00:30",
        "2020-10-25T01:30",
    ]
    with pytest.raises(KeyError, match=r"No column 'Sale'. Did you mean 'sales'\?"):
        as_series(frame, target="Sale")
    with pytest.raises(TypeError, match="target='x' of a single column, expected a DataFrame"):
        as_series(frame["sales"], target="x")


def test_files_have_dates_and_several_columns(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("day,sales,rain,holiday\n2020-01-31,5,0.5,0\n2020-02-01,6,0.0,1\n", encoding="utf-8")
    found = read_csv(path, column=["sales", "rain"], dates="day", known=["holiday"])
    assert found.values.tolist() == [[5, 0.5, 0], [6, 0, 1]]
    assert (found.name, found.known) == ("sales", (2,))
    assert found.dates.astype(str).tolist() == ["2020-01-31", "2020-02-01"]
    assert read_csv(path, known=["holiday"]).values.tolist() == [[0.5, 0], [0, 1]]
    assert as_series(path, dates="day", column="sales").values[:, 0].tolist() == [5, 6]
    with pytest.raises(ValueError, match=r"no column 'Day'. Did you mean 'day'"):
        read_csv(path, dates="Day")
    with pytest.raises(ValueError, match="expected one to forecast beside"):
        read_csv(path, column="holiday", known=["holiday"])
    for bad in ("20200201", "01/02/2020", "2020-13-01", ""):
        path.write_text(f"day,sales\n2020-01-31,5\n{bad},6\n", encoding="utf-8")
        with pytest.raises(
            ValueError, match=r"line 3 of .*sales\.csv is .*, expected a date in column 'day'; write it as"
        ):
            read_csv(path, dates="day")


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        (MONTHS[:23], r"have shape \(23,\), expected \(24,\)"),
        (MONTHS[::-1], "2021-11 at 1 follows 2021-12, expected each after the one before; sort by date"),
        (np.r_[MONTHS[:23], MONTHS[22:23]], "2021-11 at 23 follows 2021-11"),
        (np.r_[MONTHS[:23], np.datetime64("NaT", "M")], "have none at 23, expected one for each value"),
        (np.arange(24), r"are array\(\[ 0, .*, expected dates \(write them as 2020-01-31\)"),
        (["20200101"] * 24, "expected dates .write them as 2020-01-31"),
    ],
)
def test_dates_that_are_none_are_refused(dates, message):
    with pytest.raises(ValueError, match=f"dates of series 'Dated'.* {message}"):
        Series("Dated", VALUES, dates=dates)


def test_texts_and_date_objects_are_dates():
    texts = Series("Dated", [1, 2], dates=["2020-01-31", "2020-02-01"])
    objects = Series("Dated", [1, 2], dates=pd.to_datetime(["2020-01-31", "2020-02-01"]).date)
    np.testing.assert_array_equal(texts.dates, objects.dates)


WEEKEND = Series(
    "Sales", np.c_[100.0 + np.arange(60) + 50 * (np.arange(60) % 7 > 4), np.arange(60) % 7 > 4], known=(1,)
)


def test_to_read_a_calendar_ahead_is_no_leak():
    def pipeline(series):
        """The last value, and 50 more or less as the weekend begins or ends."""

        def forecaster(values, origins, steps):
            ahead = values[np.asarray(origins)[:, None] + np.arange(steps), 1]
            return values[np.asarray(origins) - 1, :1] + 50 * (ahead - values[np.asarray(origins) - 1, 1:])

        return forecaster

    assert check_leakage(pipeline, WEEKEND, start=40, steps=2).name is None
    undeclared = Series("Sales", WEEKEND.values)
    assert check_leakage(pipeline, undeclared, start=40, steps=2).name is not None
    seeing = lambda series: lambda values, origins, steps: values[np.asarray(origins)[:, None], 0]  # noqa: E731
    assert check_leakage(seeing, WEEKEND, start=40).name == "off-by-one target"


def test_recursive_forecasts_take_known_columns_from_the_series():
    task = SequenceTask(WEEKEND, length=2)
    # The next value is the last one, 1 more, and 100 more for each weekend day shown.
    forecast = NetworkForecaster(task, lambda x: x[:, -1:, 0] + 1 + 100 * x[..., 1].sum(axis=1, keepdims=True))
    values = np.c_[np.zeros(9), [0, 0, 0, 1, 0, 0, 0, 0, 0]]
    # From step 3 on: no weekend in steps 1 and 2; then step 3 is one, seen in the next two windows.
    assert forecast(values, [3], 4).tolist() == [[1, 102, 203, 204]]
    # Live: the last value of column 0 is at step 2, and the weekend of step 3 is on the calendar.
    live = np.where([[True, True]] * 3 + [[False, True]] * 3, values[:6], np.nan)
    assert forecast(live, [3], 4).tolist() == [[1, 102, 203, 204]]
    advice = "append their rows to values, with nan in column 0, or begin earlier"
    wanted = f"steps=4 from an origin at 7, expected the columns known in advance up to step 9; {advice}"
    with pytest.raises(ValueError, match=f"^values have 9 rows and {wanted}"):
        forecast(values, [7], 4)
    live[4, 1] = np.nan
    with pytest.raises(
        ValueError, match=r"^values have nan at 4 and steps=4 from an origin at 3, expected the columns"
    ):
        forecast(live, [3], 4)
    with pytest.raises(ValueError, match=r"^values is nan at \[3, 0\]"):
        forecast(live, [4], 1)


def test_a_backtest_of_several_steps_takes_known_columns_ahead_and_nothing_else():
    sales = Series("Sales", np.c_[[10.0, 20, 30, 40, 50, 60], [0, 0, 1, 0, 1, 1]], known=(1,))
    shown = []

    def fit(known):
        def model(x):
            """The last value, and 100 more if the step shown last is on a weekend."""
            return x[:, -1:, 0] + 100 * x[:, -1:, 1]

        forecast = NetworkForecaster(SequenceTask(known, length=1, train=len(known), validation=0), model)

        def showing(values, origins, steps):
            shown.append(values.tolist())
            return forecast(values, origins, steps)

        return showing

    found = backtest(fit, sales, first=2, steps=3)
    # From step 2: 20, then the weekend of step 2, then the weekday 3. From step 3: 30 and the weekend of step 2 before
    # it, then the weekday 3, then the weekend of step 4.
    assert found.forecasts.tolist() == [[20, 120, 120], [130, 130, 230]]
    assert found.actual.tolist() == [[30, 40, 50], [40, 50, 60]]
    assert str(shown[0]) == "[[10.0, 0.0], [20.0, 0.0], [nan, 1.0], [nan, 0.0], [nan, 1.0]]"
    table = evaluate_backtest({"mine": fit}, sales, mode="recursive", first=4, steps=2)
    assert table.forecasts["mine"].tolist() == [[[40, 140]]]
    assert table.forecasts["persistence"].tolist() == [[[40, 40]]]


@pytest.mark.parametrize("known", [(0,), (2,), (-1,), (1.5,)])
def test_what_is_no_known_column_is_refused(known):
    with pytest.raises(ValueError, match=r"^known="):
        Series("two", np.ones((3, 2)), known=known)


def test_dates_are_told_in_the_coarsest_unit_that_they_have():
    stamps = pd.Series([1.0, 2.0], index=pd.to_datetime(["2020-01-01", "2020-03-01"]), name="sales")
    assert repr(as_series(stamps)) == "<Series 'sales': 2 values, 2020-01 to 2020-03>"
    with pytest.raises(ValueError, match="2020-01 at 1 follows 2020-03, expected each after the one before"):
        as_series(stamps[::-1])


def test_known_columns_are_a_list_of_names():
    with pytest.raises(TypeError, match=r"known='month', expected a list or a tuple; pass e\.g\. known=\['month'\]"):
        as_series(pd.DataFrame({"sales": [1.0, 2.0], "month": [1, 2]}), known="month")
