"""Reports, the command, and the cases of pytest say what the checkup found."""

import copy
import json
import pickle
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from checkup_cases import RIGHT_AGENT
from mutants import tabular
from mutants.registry import own
from mutants.tabular import training

from agents.checkup import (
    PASS,
    SUSPECTED,
    UNCLEAR,
    checkup,
    parametrize_with_probes,
)
from agents.checkup.__main__ import main


@pytest.fixture(scope="module")
def convicted():
    return checkup(training(tabular.TruncationAsTermination), command="again <here>")


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
    assert content["settings"][0]["exact"][0] == pytest.approx([6.208, 7.76])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda report: pickle.loads(pickle.dumps(report))])
def test_a_copied_report_tells_the_same(convicted, copied):
    other = copied(convicted)
    assert str(other) == str(convicted)
    assert other.html() == convicted.html()


def test_the_command_says_it_in_its_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "their_agent.py").write_text(
        "from mutants import tabular\ntrain = tabular.training(tabular.ArgminPolicy)\n", encoding="utf-8"
    )
    assert main(["their_agent:train", "--html", str(tmp_path / "page.html"), "--json", str(tmp_path / "all.json")]) == 1
    assert "Suspected: argmin-policy" in capsys.readouterr().out
    assert (tmp_path / "page.html").exists()
    assert "their_agent:train" in json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["command"]
    assert main(["their_agent:train", "--html", str(tmp_path)]) == 1, "a page that cannot be written is no verdict"
    assert f"{tmp_path} could not be written: " in capsys.readouterr().err
    with pytest.raises(ValueError, match="names no function"):
        main(["their_agent"])
    with pytest.raises(SystemExit):
        main(["their_agent:train", "--steps", "0"])
    assert capsys.readouterr().err.endswith("steps=0, expected a whole number of at least 1; pass e.g. steps=10.\n")


@parametrize_with_probes(RIGHT_AGENT)
def test_an_agent_of_ones_own(probe):
    probe()


def test_each_check_of_a_wrong_agent_is_a_case_of_its_own():
    trained = []

    def train(env, **how):
        trained.append(env)
        return training(tabular.TerminalBootstrap)(env, **how)

    cases = {case.id: case.values[0] for case in parametrize_with_probes(train, budget=20).args[1]}
    assert not trained, "nothing is trained before the first case"
    with pytest.raises(pytest.fail.Exception, match="terminal-bootstrap"):
        cases["values B"]()
    number = len(trained)
    cases["values A"]()
    for name, reason in [("epsilon", "not applicable"), ("policy", "not asked")]:
        with pytest.raises(pytest.skip.Exception, match=reason):
            cases[name]()
    assert len(trained) == number, "one checkup for all of them"


def test_a_checkup_that_fails_is_not_tried_for_every_case():
    trained = []

    def train(env, **how):
        trained.append(env)
        raise RuntimeError("a bug of its own")

    cases = [case.values[0] for case in parametrize_with_probes(train).args[1]]
    for case in cases[:3]:
        with pytest.raises(RuntimeError, match="a bug of its own"):
            case()
    assert len(trained) == 1


def test_every_check_has_a_case():
    ids = {case.id for case in parametrize_with_probes(RIGHT_AGENT).args[1]}
    for train in (own, lambda env, **how: SimpleNamespace(act=own(env, **how).act)):
        report = checkup(train, vector=True, epsilon=0.1, budget=4)
        assert {check.id for check in report.checks} <= ids


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learns": "well"}, "learns='well'"),
        ({"seeds": (1,)}, "at least 2"),
        ({"seeds": (3, 3, 4)}, "all different"),
        ({"budget": -1.0}, "budget=-1.0"),
        ({"steps": 0}, "steps=0"),
        ({"epsilon": 1.5}, "epsilon=1.5"),
        ({"epsilon": lambda time: 2.0}, "expected a probability"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        checkup(RIGHT_AGENT, **options)


def test_the_example_passes_what_is_right_and_names_what_is_not(tmp_path, capsys):
    path = Path(__file__).parents[3] / "examples" / "17_check_agent.py"
    runpy.run_path(str(path))["main"](page=tmp_path / "page.html")
    first, second = capsys.readouterr().out.split("TakesCutsForEnds: ")
    assert first.startswith("QLearning: pass.")
    assert second.startswith("bug suspected.")
    assert "Suspected: truncation-as-termination" in second
    assert (tmp_path / "page.html").exists()


def test_an_action_that_cannot_be_had_is_told():
    def train(env, **how):
        def act(observation):
            raise KeyError("only in training")

        return SimpleNamespace(q=RIGHT_AGENT(env, **how).q, act=act)

    report = checkup(train)
    greedy = next(check for check in report.checks if check.id == "greedy")
    assert (report.verdict, greedy.verdict) == (PASS, UNCLEAR)
    assert "only in training" in greedy.evidence


@pytest.mark.parametrize(("typed", "code"), [("nothing:here", 3), ("a:b --unknown", 3), ("--help", 0)])
def test_a_command_that_could_not_check_says_so_by_its_code(typed, code):
    command = [sys.executable, "-m", "agents.checkup", *typed.split()]
    assert subprocess.run(command, capture_output=True, check=False).returncode == code
