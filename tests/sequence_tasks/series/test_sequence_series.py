"""Series: the embedded ones against known figures, the generated ones against their rules, and one's own."""

import copy
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sequence_tasks
from sequence_tasks.series.catalogue import SERIES, as_series
from sequence_tasks.series.series import Series, read_csv
from sequence_tasks.task import SequenceTask


@pytest.mark.parametrize("name", SERIES)
def test_every_series_has_a_name_a_source_and_read_only_numbers(name):
    series = as_series(name)
    assert series.name
    assert series.source
    assert series.values.shape == (len(series), 1)
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 0


@pytest.mark.parametrize("name", ["air_passengers", "sunspots", "co2"])
def test_measured_series_say_under_which_licence(name):
    assert as_series(name).licence


def test_air_passengers_is_the_published_series():
    values = as_series("air_passengers").values[:, 0].reshape(12, 12)
    assert values[0].tolist() == [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]
    assert values[11].tolist() == [417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432]
    assert values.mean() == pytest.approx(280.2986, abs=5e-5)  # as every textbook prints it
    assert as_series("air_passengers").season == 12


def test_sunspots_and_carbon_dioxide_are_the_published_series():
    sunspots = as_series("sunspots").values[:, 0]
    year = dict(zip(range(1700, 2009), sunspots.tolist(), strict=True))
    assert (year[1700], year[1957], year[1810], year[2008]) == (5, 190.2, 0, 2.9)
    assert max(year, key=year.get) == 1957
    co2 = as_series("co2").values[:, 0]
    assert len(co2) == 12 * 37 + 8  # May 1964 to December 2001
    assert np.diff(co2.reshape(-1)[8:].reshape(37, 12).mean(axis=1)).min() > 0, "each year has more than the one before"


def test_integers_count():
    assert as_series("integers").values[:, 0].tolist() == list(range(101))
    digits = as_series("digits", symbols=4, length=10)
    assert (digits.values[:, 0].tolist(), digits.symbols) == ([0, 1, 2, 3, 0, 1, 2, 3, 0, 1], 4)


def test_an_autoregression_obeys_its_rule():
    series = as_series("autoregressive", length=5000, phi=(0.5, -0.3), constant=2.0, noise=0.5, seed=1)
    x = series.values[:, 0]
    shocks = x[2:] - (2 + 0.5 * x[1:-1] - 0.3 * x[:-2])
    assert shocks.std() == pytest.approx(series.best_rmse, abs=3 * 0.5 / np.sqrt(2 * 5000))
    assert abs(np.corrcoef(shocks[1:], shocks[:-1])[0, 1]) < 3 / np.sqrt(5000)
    assert x.mean() == pytest.approx(2 / 0.8, abs=0.05)


def test_an_autoregression_that_explodes_is_refused():
    with pytest.raises(ValueError, match=r"phi=\(1.1,\) has a root of size 1.100, expected all below 1"):
        as_series("autoregressive", phi=(1.1,))


def test_a_sine_mixture_without_noise_follows_its_linear_rule():
    x = as_series("sine_mixture", length=200, periods=(7.0,), amplitudes=(3.0,)).values[:, 0]
    np.testing.assert_allclose(x[2:], 2 * np.cos(2 * np.pi / 7) * x[1:-1] - x[:-2], atol=1e-9)
    assert np.mean(x[:196] ** 2) == pytest.approx(9 / 2)  # over whole periods
    clean, noisy = (as_series("sine_mixture", length=4000, noise=noise).values for noise in (0.0, 0.2))
    assert (noisy - clean).std() == pytest.approx(0.2, abs=0.01)


def test_mackey_glass_obeys_its_equation():
    # Sampled so finely that central differences give x', to within h^2 / 6 times the third derivative.
    x = as_series("mackey_glass", length=2000, step=0.1, seed=2).values[:, 0]
    now, before = x[170:-1], x[:-171]
    slope = (x[171:] - x[169:-2]) / 0.2
    np.testing.assert_allclose(slope, 0.2 * before / (1 + before**10) - 0.1 * now, atol=1e-3)


def test_mackey_glass_without_delay_to_speak_of_settles_at_one():
    # 0.2 x / (1 + x^10) = 0.1 x where x^10 = 1.
    assert as_series("mackey_glass", length=10, delay=0.5).values == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["autoregressive", "sine_mixture", "mackey_glass"])
def test_a_seed_is_a_series(name):
    one, same, other = (as_series(name, length=50, seed=seed).values for seed in (4, 4, 5))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.01


def test_a_series_of_ones_own(tmp_path):
    assert as_series([1, 2, 3]).values[:, 0].tolist() == [1, 2, 3]
    column = pd.DataFrame({"sales": [3, 1, 2]})["sales"]
    mine = as_series(column, season=2)
    assert (mine.name, mine.season, mine.values[:, 0].tolist()) == ("sales", 2, [3, 1, 2])
    assert as_series(mine) is mine
    assert as_series(pd.DataFrame({"name": [1, 2], "b": [3, 4]})).values.tolist() == [[1, 3], [2, 4]]
    two = as_series(np.array([[1.0, 9.0], [2.0, 8.0]]), name="two")
    assert two.values.shape == (2, 2)
    path = tmp_path / "sales.csv"
    path.write_text("day,sales,rain\n1,5,0.5\n2,6,0.0\n", encoding="utf-8")
    for source in (path, str(path)):
        assert as_series(source, column="sales").values[:, 0].tolist() == [5, 6]
    assert read_csv(path).values[:, 0].tolist() == [0.5, 0.0]
    with pytest.raises(ValueError, match=r"no column 'sale'. Did you mean 'sales'\? Known: day, sales, rain"):
        read_csv(path, column="sale")
    path.write_text("sales\n5\n\n6\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 3 of .*sales.csv is '', expected a number in column 'sales'"):
        read_csv(path)


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


@pytest.mark.parametrize(
    ("text", "settings", "values"),
    [
        ("value\n5\n6\n", {}, [5, 6]),
        ("\ufeffvalue\n5\n6", {"column": "value"}, [5, 6]),  # a byte order mark, as spreadsheets write it
        ("1\n5\n6\n", {"header": True}, [5, 6]),
        ("4\n5\n6\n", {"header": False}, [4, 5, 6]),
        ("a,4\nb,5\n", {"header": False, "column": "2"}, [4, 5]),
        ("day;value\r\n1;5\r\n2;6\r\n", {"separator": ";"}, [5, 6]),
        ("day\tvalue\n1\t5\n", {"separator": "\t", "column": "day"}, [1]),
        ("day, value\n1, 5\n", {"column": "value"}, [5]),
        ('"a ""b"", c",value\n"x\ny",7\n', {}, [7]),
        ("value,\n5,\n", {"column": "value"}, [5]),
    ],
)
def test_files_as_they_come_are_read(tmp_path, text, settings, values):
    assert read_csv(written(tmp_path, text), **settings).values[:, 0].tolist() == values


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("4\n5\n6\n", {}, r"line 1 of .*mine\.csv is '4', expected names of columns, .* pass header=False if the va"),
        ("2020-01-01,4\n2020-01-02,5\n", {}, "and '4' is a number; pass header=False"),
        ("day;value\n1;5\n2;6\n", {}, r"line 1 of .* is 'day;value', without ','; pass separator=';'"),
        ("day;value\n1;5,5\n2;6,5\n", {}, "pass separator=';'"),
        ("day;value\n1;5,5\n2;6,5\n", {"separator": ";"}, "line 2 of .* is '1;5,5', .* write decimals with a point"),
        ("value\n5,5\n6,5\n", {}, r"line 2 of .* is '5,5', .*2 fields for 1 names, write decimals with a point"),
        ("day\tvalue\n1\t5\n", {}, r"pass separator='\\t'"),
        ("", {}, "mine.csv is empty, expected a line of names"),
        ("\n \n", {}, "mine.csv is empty, expected a line of names"),
        ("\nvalue\n5\n", {}, "line 1 of .* is blank, expected names of columns; delete it"),
        ("day,value\n", {}, "has names, 'day,value', and no values; add a line"),
        (
            "value\n5\n\n6\n",
            {},
            "line 3 of .* is '', expected a number in column 'value'; the line is blank, delete it",
        ),
        ("value\n5\n6\n\n", {}, "line 4 of .* is '', .* the line is blank, delete it"),
        ("day,value\n1,5\n , \n", {}, "line 3 of .* the line is blank, delete it"),
        ("value\n5\nn/a\n", {}, "line 3 of .* is 'n/a', .* fill the gap, or leave the line out"),
        ("value,value\n5,6\n", {}, "has 2 columns 'value', expected one"),
        ("value\n5\n", {"separator": ";;"}, "separator=';;', expected one character"),
    ],
)
def test_files_that_are_no_table_are_refused_with_the_cause(tmp_path, text, settings, message):
    with pytest.raises(ValueError, match=message):
        read_csv(written(tmp_path, text), **settings)


def test_a_column_is_named_by_a_text_of_a_file_alone(tmp_path):
    path = written(tmp_path, "value\n5\n")
    with pytest.raises(TypeError, match=r"column=1, expected the name of a column.*column='value', or column='1'"):
        read_csv(path, column=1)
    with pytest.raises(TypeError, match=r"Series has no argument 'column': .* choose columns of an array first"):
        as_series([1, 2, 3], column=1)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"mine\.csv is no text in UTF-8 .*save it as a CSV file in UTF-8"):
        read_csv(written(tmp_path, "value\n5\n", encoding="utf-16"))


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda series: pickle.loads(pickle.dumps(series)),
    "replace": replace,
}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_is_as_read_only_as_the_series(way):
    series = Series("mine", np.arange(4.0), season=2)
    again = COPIES[way](series)
    with pytest.raises(ValueError, match="read-only"):
        again.values[0] = 9
    assert (again.values[:, 0].tolist(), again.season) == ([0, 1, 2, 3], 2)


@pytest.mark.parametrize("way", ["copy", "deepcopy", "pickle"])
def test_the_series_of_a_copied_task_is_read_only_too(way):
    task = COPIES[way](SequenceTask(Series("mine", np.arange(9.0)), 1))
    with pytest.raises(ValueError, match="read-only"):
        task.series.values[0] = 9


def test_a_part_keeps_what_is_known():
    air = as_series("air_passengers")
    part = air[:96]
    assert (len(part), part.season, part.name) == (96, 12, "AirPassengers")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"values": [[[1.0]]]}, r"shape \(1, 1, 1\), expected numbers \[n\] or \[n, F\]"),
        ({"values": ["a"]}, "expected numbers"),
        ({"values": []}, "expected numbers"),
        ({"values": [1.0, np.nan]}, r"is nan at \[1\], expected finite numbers; fill the gap"),
        ({"values": [0, 3], "symbols": 3}, "from 0 to 3, expected integers from 0 to 2"),
        ({"values": [1], "season": 0}, "season=0, expected a whole number of at least 1"),
    ],
)
def test_values_that_make_no_series_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        Series("mine", **settings)


def test_an_unknown_name_is_answered_with_the_closest():
    with pytest.raises(KeyError, match=r"No series 'sunspot'. Did you mean 'sunspots'"):
        as_series("sunspot")


def test_the_embedded_file_ends_in_2001():
    text = (Path(sequence_tasks.__file__).parent / "series" / "data" / "co2.csv").read_text(encoding="utf-8")
    assert text.splitlines()[-1].startswith("2001-12,")


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    (tmp_path / "sales.csv").mkdir()
    with pytest.raises(
        IsADirectoryError, match=r"sales\.csv is a folder, expected a CSV file; pass the path of a file"
    ):
        as_series(tmp_path / "sales.csv")
