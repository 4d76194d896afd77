"""The examples on recurrent networks run, and what they print is what the exact answers say."""

import re
import runpy
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from support.pictures import assert_shows

from sequence_tasks.explain.exact import COURSE, EVERY_LENGTH, cell_outputs, errors_by_length, exact_cell

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A function that runs an example by its number, once, and gives what it prints."""

    @cache
    def run(number, **parameters):
        (path,) = (ROOT / "examples").glob(f"{number:02}_*.py")
        folder = tmp_path_factory.mktemp("figures")
        figure = folder / "new folder" / "figure.png"
        with redirect_stdout(StringIO()) as out:
            runpy.run_path(str(path))["main"](figure=figure, **parameters)
        assert_shows(figure, "#d97706")
        printed = out.getvalue()
        wide = number in (13, 14)  # whose tables of scores tell a verdict in every line
        assert wide or max(map(len, printed.replace(str(folder), "").splitlines())) <= 100, "it fits in a terminal"
        return printed

    return run


def numbers(printed, name):
    """Numbers that follow a name at the start of a line."""
    (line,) = re.findall(rf"^{re.escape(name)} (.*)$", printed, re.M)
    return np.array([float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", line)])


def test_one_cell_prints_the_course_arithmetic_and_the_errors_of_its_weights(run):
    printed = run(8, seeds=1)
    assert "step 1  s = 0.9054703 x 1 + 0.10439815 x 0 + 0.99077886 = 1.89624916\n" in printed
    assert "step 2  s = 0.9054703 x 2 + 0.10439815 x 1.89624916 + 0.99077886 = 2.9996843642430537\n" in printed
    lengths = (*range(1, 11), 20, 50)
    exact = errors_by_length(lambda inputs: cell_outputs(COURSE, inputs)[:, -1], lengths)
    np.testing.assert_allclose(numbers(printed, "the course"), exact, atol=0.0051)
    weights = re.search(r"a target at each of ten: wi, ws, b = (\S+), (\S+), (\S+)", printed).groups()
    np.testing.assert_allclose([float(weight) for weight in weights], EVERY_LENGTH, atol=1e-4)
    wi, ws, b = (float(x) for x in re.search(r"two integers: wi, ws, b = (\S+), (\S+), (\S+)", printed).groups())
    exact = exact_cell(2, ws)
    np.testing.assert_allclose((wi, b), (exact.wi, exact.b), atol=1e-3)
    printed = printed[printed.index("Largest errors") :]
    two = numbers(printed, "two integers")
    assert two[1] < 0.01 < 0.5 < two[0]
    assert (numbers(printed, "a target at each of ten") < 0.01).all()
    said = " ".join(printed.split())
    assert "two integers at length 2; a target at each of ten at every length; the course at length 2." in said


def test_a_window_of_ten_is_right_at_ten_and_wrong_below_five(run):
    printed = run(9)
    assert "starts with recurrent weight 0" in printed
    printed = printed[printed.index("Largest errors") :]
    for length in (2, 4, 10):
        errors = numbers(printed, f"trained on {length}")
        assert errors[length - 1] < 0.01
        assert errors[0] > 0.5
    beyond = [numbers(printed, f"trained on {length}")[-1] for length in (2, 4, 10)]
    assert beyond == sorted(beyond, reverse=True), "a longer window is less wrong beyond its own length"


def test_four_cells_are_cured_by_targets_and_not_by_weights(run):
    printed = run(10, epochs=1500)
    table = printed[printed.index("Largest errors") : printed.index("So: ")]
    linear, cured = numbers(table, "linear, after ten"), numbers(table, "linear, after every one")
    assert linear[9] < 0.5 < linear[:9].max()
    assert cured[:12].max() < 0.5
    (far,) = re.findall(r"^After 1000, 1001, 1002 they say (.*)\.$", printed, re.M)
    assert abs(float(far.split(", ")[2]) - 1003) > 100, "a bounded state cannot count on"
    after = float(re.search(r"Back in the units of the series, y = \S+ is (\S+): the number after 7 and 8", printed)[1])
    assert after == pytest.approx(9, abs=0.5)
    assert "The last one, 29 weights" in printed
    assert printed.count("        y = ") == 2


def test_lengths_by_mask_buckets_and_steps_lead_to_the_same_cell(run):
    printed, table = run(11, steps=600).split("Largest errors")
    assert "starts with recurrent weight 0" in printed
    assert "padded at every length; buckets at every length" in table
    for name in ("padded", "buckets", "every step"):
        wi, ws, *_ = numbers(printed, name)
        assert (wi, ws) == pytest.approx((1, 0), abs=1e-3)
    assert float(re.search(r"^ten only .*largest error (\S+)$", printed, re.M)[1]) > 0.5
    _, alike = run(9).split("Largest errors")
    ten_only, trained_on_ten = numbers(table, "ten only"), numbers(alike, "trained on 10")
    np.testing.assert_allclose(ten_only, trained_on_ten, atol=0.2, err_msg="both start at recurrent weight 0")


def test_gates_by_hand_are_the_network_of_keras(run):
    printed = run(12, epochs=2)
    assert float(re.search(r"largest difference (\S+) over 80 steps", printed)[1]) < 1e-5
    assert len(re.findall(r"^  (?:f|i|C~|o|C|h)\[\d\] = ", printed, re.M)) == 4 * 6
    for name in ("f", "i", "o"):
        gates = numbers(printed, f"  {name}")
        assert len(gates) == 4
        assert all(0 < value < 1 for value in gates)
    kept = numbers(printed, "  f")
    assert f"forgets least keeps {kept.max():.0%} from step to step" in printed


def test_passengers_are_judged_beside_every_guess(run):
    printed = run(13, seeds=2, epochs=60)
    for name, rmse in {"persistence": 48.04, "seasonal naive": 41.85, "AR(13)": 14.26, "AR(13) log": 14.05}.items():
        (line,) = re.findall(rf"^{re.escape(name)}  .*$", printed, re.M)
        assert f" {rmse:.2f} " in line
    (ours,) = re.findall(r"^their mean +one_step +1 +(\S+)", printed, re.M)
    (tutorial,) = re.findall(r"^the tutorial's +one_step +2 +(\S+)", printed, re.M)
    assert 12.5 < float(ours) < 41.85
    assert float(tutorial) > 45
    assert 'Warning: "the tutorial\'s" merely repeats the last value' in printed
    assert "one step ahead from the true history: 48 origins, 96 to 143 (1957-01 to 1960-12)" in printed
    for column in ("RMSE, MAE", "MASE", "sMAPE", "p"):
        assert re.search(rf"^{column}   ? *[a-zA-Z]", printed, re.M), "its columns are told"
    assert re.search(r"^So: .* has the least RMSE, \d+", printed, re.M)


def test_chaos_is_forecast_by_the_network_and_not_by_feeding_back(run):
    printed = run(14, count=1500, epochs=40)
    linear, lstm = numbers(printed, "AR(24), fed back"), numbers(printed.split("RMSE at step")[1], "LSTM(32)")
    assert lstm[5] < linear[5] / 2
    assert lstm[0] > linear[0], "one step ahead it loses"
    nearer = (np.flatnonzero(lstm < linear) + 1).tolist()
    assert f"So: the LSTM is nearer than AR(24) at step {', '.join(map(str, nearer))}." in printed
    assert "6 steps ahead, all forecast at once" in printed
