"""A report says the same as text, as JSON and as one page, and keeps its warnings apart from its verdict."""

import copy
import json
import pickle
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from mutants import tabular
from mutants.right import training
from support.checkup_cases import FLAT, RIGHT_AGENT, evidence_of

from agents.checkup import PASS, SUSPECTED, UNCLEAR, WARNING, Check, Report, checkup
from agents.checkup.outcome import of_values
from agents.checkup.suspects import Findings


@pytest.fixture(scope="module")
def convicted():
    return checkup(training(tabular.TruncationAsTermination), command="again <here>")


@pytest.fixture(scope="module")
def weak():
    return checkup(training(tabular.TerminalBootstrap))


def test_a_report_is_one_page_that_needs_nothing(convicted, tmp_path):
    convicted.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.index("bug suspected") < page.index("Suspects") < page.index("Checks")
    assert "truncation-as-termination" in page
    assert "again &lt;here&gt;" in page
    assert 'name=viewport content="width=device-width' in page
    assert not [word for word in ("http:", "https:", "<script", "<link", "src=", "url(") if word in page]


def test_a_report_is_json(convicted, tmp_path):
    convicted.to_json(tmp_path / "report.json")
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert content["verdict"] == SUSPECTED
    assert content["suspects"][0]["bug"] == "truncation-as-termination"
    assert content["lines"][0]["id"] == "A"
    assert np.array(content["lines"][0]["exact"])[:3] == pytest.approx(FLAT[0].optimal[:3])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda report: pickle.loads(pickle.dumps(report))])
def test_a_copied_report_tells_the_same(convicted, copied):
    other = copied(convicted)
    assert str(other) == str(convicted)
    assert other.html() == convicted.html()


def test_the_figures_of_a_page_have_one_scale(convicted):
    figures = re.findall(r'viewBox="0 0 (\d+) \d+" style="width:([\d.]+)rem"', convicted.html())
    assert len({width for width, _ in figures}) == len(figures) == 3
    assert {round(float(width) / float(shown), 6) for width, shown in figures} == {10}


def test_ends_are_told_with_what_they_are_shown_as(convicted):
    assert "ends in 4; cut off" in convicted.html()
    assert "ends in 5, shown as state 2; cut off" in convicted.html()
    assert "ends in 1 and 4, shown as state 2; cut off" in convicted.html()


def test_only_values_are_within_a_tolerance(convicted):
    def shown(env, **how):
        return SimpleNamespace(act=RIGHT_AGENT(env, **how).act)

    assert (
        "differ by at most 47% of the tolerance"
        in replace(convicted, named=[convicted.named[0]._replace(score=0.474)]).html()
    )
    assert "tolerance" not in replace(checkup(shown), named=convicted.named).html()


def test_text_json_and_page_tell_the_same_step(convicted, tmp_path):
    told = f"Look at {convicted.offence}."
    convicted.to_json(tmp_path / "all.json")
    assert told in str(convicted)
    assert told in convicted.html()
    assert f'"learned": {convicted.offence.learned}' in (tmp_path / "all.json").read_text(encoding="utf-8")
    assert convicted.command in str(convicted)


def test_what_it_does_and_the_change_to_make_are_said_in_all_of_them(convicted, tmp_path):
    convicted.to_json(tmp_path / "all.json")
    does, change = convicted.explanation
    assert does == "truncation-as-termination: it takes a time limit for the end, after which nothing follows."
    assert change.startswith("Change: let both flags end the loop, ")
    for text in (does, change):
        assert text in str(convicted)
        assert text.replace("`terminated`", "<code>terminated</code>") in convicted.html()
    assert json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["explanation"] == [does, change]


def test_both_bugs_of_a_pair_are_explained(convicted):
    pair = convicted.named[0]._replace(bug="min-for-max + reward-scaled")
    told = replace(convicted, named=[pair], checks=[]).explanation
    assert [text.split(":")[0] for text in told] == ["min-for-max", "Change", "reward-scaled", "Change"]


def test_two_suspects_are_explained_as_the_second_may_be_right(convicted):
    three = [convicted.named[0]._replace(bug=bug) for bug in ("min-for-max", "mean-for-max", "gamma-zero")]
    told = replace(convicted, named=three, checks=[]).explanation
    assert [text.split(":")[0] for text in told] == ["min-for-max", "Change", "mean-for-max", "Change"]


def test_without_a_known_bug_it_is_said_what_to_do_next(convicted):
    strange = replace(convicted, named=[], checks=[Check("values A", SUSPECTED, "off")])
    assert "Suspected: no known bug." in strange.advice
    assert strange.explanation[0] == "No bug of the catalogue has these values."
    assert f"{strange.explanation[1]}\nLook at {strange.offence}." in str(strange)


def test_nothing_is_explained_without_a_suspect(weak):
    assert weak.explanation == []


def test_a_weakness_is_a_warning_in_all_of_them(weak, tmp_path):
    assert (weak.verdict, weak.suspects, weak.exit_code) == (PASS, [], 0)
    assert {bug for check in weak.warnings for bug in check.suspects} == {"terminal-bootstrap"}
    weak.to_json(tmp_path / "all.json")
    checks = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["checks"]
    assert [check["verdict"] for check in checks if check["suspects"]] == [WARNING], "one for all lines"
    for told in (str(weak), weak.html()):
        assert "wrong with other first values, with a network, or where the end looks like another state" in told


@pytest.mark.parametrize(
    ("checks", "verdict", "said"),
    [
        ({"policy": (PASS, "")}, PASS, "What it does is the best, as the exact solver says; values were not seen."),
        ({"values A": (PASS, "")}, PASS, "All that was learned is what the exact solver says."),
        (
            {"values A": (PASS, ""), "values": (UNCLEAR, "stopped: the time was over")},
            PASS,
            "What was learned is what the exact solver says. Nothing can be said of the other lines yet.",
        ),
        (
            {"values A": (PASS, ""), "values N": (UNCLEAR, "too noisy")},
            PASS,
            "What was learned is what the exact solver says. Nothing can be said of N yet.",
        ),
        ({"values A": (UNCLEAR, "not at rest")}, UNCLEAR, "Nothing can be said yet: not at rest."),
        (  # the row that says more
            {"values A": (UNCLEAR, "hardly off"), "values B": (UNCLEAR, "off, at rest; right for others")},
            UNCLEAR,
            "Nothing can be said yet: off, at rest; right for others.",
        ),
        ({}, UNCLEAR, "Nothing can be said yet: too few lines were reached."),
        (
            {"greedy": (SUSPECTED, "not the best"), "seed": (WARNING, "differs")},
            SUSPECTED,
            "greedy: not the best. 1 warning: see below.",
        ),
        ({"values A": (SUSPECTED, "off")}, SUSPECTED, "values A: off. Suspected: no known bug."),
    ],
)
def test_the_verdict_is_a_sentence(checks, verdict, said):
    rows = [Check(name, kind, why) for name, (kind, why) in checks.items()]
    assert Report(verdict, [], rows, []).advice == said


@pytest.mark.parametrize(("verdict", "code"), [(PASS, 0), (SUSPECTED, 1), (UNCLEAR, 2)])
def test_every_verdict_has_an_exit_code(verdict, code):
    assert Report(verdict, [], [], []).exit_code == code


def test_values_that_are_no_numbers_are_written_as_nothing(tmp_path):
    report = checkup(RIGHT_AGENT)
    evidence = report.evidences[0]
    *runs, last = evidence.runs
    none = last._replace(learned=last.learned._replace(q=np.full_like(last.learned.q, np.nan)))
    lost = replace(report, evidences=[replace(evidence, runs=[*runs, none]), *report.evidences[1:]])
    lost.to_html(tmp_path / "page.html")
    lost.to_json(tmp_path / "all.json")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert content["lines"][0]["learned"][0] == [None, None]


def test_huge_values_are_told_without_all_their_digits():
    evidences = [evidence_of(line, np.full_like(line.optimal, 1e100), spread=(0.0,)) for line in FLAT]
    _, checks = of_values(Findings(evidences, []))
    huge = Report(UNCLEAR, [], checks, evidences)
    for told in (str(huge), huge.html()):
        assert not re.search(r"\d{12}", told)
