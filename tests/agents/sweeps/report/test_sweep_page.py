"""A sweep's page is self-contained, shows its rows, and reports all failed runs."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from agents.plots import error_curve
from agents.sweeps.report import page as html
from agents.sweeps.report.sweep_page import sweep_page

VOID = {"meta", "br", "path", "use"}


class Reader(HTMLParser):
    """Texts of the cells of tables, row by row, and whether all tags are closed."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.open, self.cell = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def rows(**settings):
    """Regret alpha times 0, 1, 3 and 100, twice as much for Sarsa: interquartile means are 2 alpha and 4 alpha."""
    return [
        {"agent": name, "alpha": alpha, "gamma": gamma, "seed": seed, "regret": factor * alpha * x, **settings}
        for name, factor in (("Sarsa", 2), ("Q", 1))
        for alpha in (0.5, 0.1)
        for gamma in (0.8, 0.9)
        for seed, x in enumerate((0, 1, 3, 100))
    ]


def test_the_page_of_a_sweep_needs_nothing_else():
    made = sweep_page(rows(), "regret", less_is_better=True, critical=[0.8819], about={"numpy": "2.0"})
    assert "//" not in re.sub(r"[\w.-]+=\"data:[^\"]*\"", "", made), "an address"
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)", made)
    assert not Reader(made).open
    assert made.count("<svg") == 3  # profiles, and a map of each agent
    dashed = [text.count("stroke-dasharray") for text in (made, sweep_page(rows(), "regret", less_is_better=True))]
    assert dashed[0] == dashed[1] + 2, "the critical discount is not on both maps"
    assert ["numpy", "2.0"] in Reader(made).rows


def test_settings_are_in_order_of_their_interquartile_mean():
    table = Reader(sweep_page(rows(), "regret", less_is_better=True)).rows
    head = table.index(["agent", "alpha", "gamma", "mean", "low", "high", "runs"])
    assert [line[:2] + line[3:4] for line in table[head + 1 : head + 9 : 2]] == [
        ["Q", "0.1", "0.2"],
        ["Sarsa", "0.1", "0.4"],
        ["Q", "0.5", "1"],
        ["Sarsa", "0.5", "2"],
    ]
    assert ["gamma", "0.8, 0.9"] in table
    most = Reader(sweep_page(rows(), "regret")).rows
    assert most[head + 1][:2] == ["Sarsa", "0.5"]


def test_failed_runs_are_said():
    failed = {"agent": "Q", "alpha": 0.1, "gamma": 0.9, "seed": 9, "error": "MemoryError: <none>"}
    made = sweep_page([*rows(), failed, {**failed, "error": "other"}], "regret", less_is_better=True)
    assert "2 rows are left out" in made
    assert "MemoryError: &lt;none&gt;" in made
    with pytest.raises(ValueError, match="none of 1 rows has a regret, expected one at least; the first error is Mem"):
        sweep_page([failed], "regret")


def test_the_last_step_is_the_result_and_the_others_are_a_curve():
    several = [*rows(step=10), *({**row, "regret": 0.0} for row in rows(step=20))]
    made = sweep_page(several, "regret", less_is_better=True)
    assert "Learning curves by agent" in made
    assert "16 runs" not in made
    assert "32 runs" in made
    table = Reader(made).rows
    head = table.index(["agent", "alpha", "gamma", "mean", "low", "high", "runs"])
    assert {line[3] for line in table[head + 1 : head + 9]} == {"0"}


def test_equal_results_have_no_profile():
    equal = [{**row, "regret": 0.0} for row in rows()]
    assert "Profiles by agent" in sweep_page(rows(), "regret", less_is_better=True)
    assert "Profiles by agent" not in sweep_page(equal, "regret", less_is_better=True)


def test_one_setting_has_a_page_too():
    made = sweep_page([{"alpha": 0.1, "seed": seed, "return": float(seed)} for seed in range(4)], "return")
    assert [line[0] for line in Reader(made).rows if len(line) == 4][1:] == ["1.5"]


def test_texts_are_no_tags():
    made = html.page("a < b", "x & y", {"<b>": [html.table(("<i>",), [("</td>",)], caption='"')]})
    assert not Reader(made).open
    assert "<b>" not in made
    assert "<i>" not in made


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.123456, "0.123"), (np.float32(2), "2"), (np.nan, "-"), (3, "3"), ("a", "a"), (1e-9, "1e-09")],
)
def test_cells_have_three_digits(value, shown):
    assert html.cell(value) == shown


def test_a_figure_is_the_same_bytes_each_time_and_named():
    one, other = (html.figure(error_curve([1, 2], [3.0, 4.0]), "an <error>") for _ in range(2))
    assert one == other
    assert 'aria-label="an &lt;error&gt;"' in one
    with pytest.raises(TypeError, match="no savefig"):
        html.figure(3, "three")


def test_a_page_is_written_whole(tmp_path):
    path = html.write_page(tmp_path / "new" / "page.html", html.page("Title", "lead", {}))
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
