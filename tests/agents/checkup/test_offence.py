"""A report shows the step whose value is furthest off, and what to type to see it again."""

import numpy as np
import pytest
from checkup_cases import BY_ID, answer_of, steps_of
from mutants import registry, tabular
from mutants.tabular import training

from agents.checkup import checkup
from agents.checkup.__main__ import main
from agents.checkup.fingerprints import FINGERPRINTS, optimal
from agents.checkup.naming import Suspect
from agents.checkup.offence import offence
from agents.checkup.recording import Step, Trace
from agents.checkup.repeating import repeating
from agents.schedules import Linear

B = BY_ID["B"]


def wrong_on_b():
    """Values of an agent that bootstraps from the end, with a trace whose fourth step is the last to reach the end."""
    answer = answer_of(B, FINGERPRINTS["terminal-bootstrap"][0](B.problem()))
    end = Step(2, 1, 4.5, 1, True, False, False)
    trace = Trace.of([*steps_of([1, 0]), end, end, *steps_of([1])])
    answer.runs[-1] = answer.runs[-1]._replace(trace=trace)
    return answer


def test_the_step_is_told_as_by_hand():
    # In state 3 the end, which looks like state 2, is worth x: x = 4.5 + 0.8 y, and in state 2 y = 0.5 + 0.8 x.
    x = (4.5 + 0.4) / (1 - 0.64)
    told = str(offence([wrong_on_b()], [Suspect("terminal-bootstrap", 0.0)]))
    assert told == (
        "setting B, step 4: in 3, right, 4.5 received, ended: "
        f"learned {x:.4g}, right is 4.5; terminal-bootstrap says {x:.4g}"
    )


def test_without_a_suspect_or_a_conviction_no_more_is_said():
    found = offence([wrong_on_b()])
    assert (found.says, found.right, found.following) == (None, 4.5, 2)
    assert offence([answer_of(B, optimal(B.problem()))]) is None


def test_a_cell_that_was_never_tried_is_no_offence():
    answer = wrong_on_b()
    answer.runs[-1] = answer.runs[-1]._replace(trace=Trace.of(steps_of([1])))
    assert offence([answer]) is None


def test_a_function_that_can_be_imported_is_repeated_by_a_command():
    told = repeating(registry.lanes, {"learns": "on-policy", "seeds": (3, 4), "budget": 9.0}, [wrong_on_b()])
    line = "python -m agents.checkup mutants.registry:lanes"
    assert told == f"{line} --learns on-policy --seeds 3 4 --setting B --steps 8000"
    assert repeating(registry.lanes, {"epsilon": 0.3, "vector": True}, []) == f"{line} --epsilon 0.3 --vector"


def test_another_function_is_repeated_in_python():
    local = training(tabular.TerminalBootstrap)
    space = {"train": local}
    exec(repeating(local, {}, [wrong_on_b()]), space)
    assert np.abs(space["agent"].q - FINGERPRINTS["terminal-bootstrap"][0](B.problem()))[:3].max() < 0.1


def test_a_checkup_without_wrong_values_is_repeated_with_its_options():
    told = repeating(training(tabular.Right), {"learns": "on-policy", "epsilon": Linear(1.0, 0.1, steps=500)}, [])
    given = told.removeprefix("from agents import checkup; print(checkup(train, ").removesuffix("))")
    assert eval(f"dict({given})") == {"learns": "on-policy", "epsilon": Linear(1.0, 0.1, steps=500)}


def test_the_command_trains_on_one_setting(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "one_setting.py").write_text(
        "from mutants import tabular\ntrain = tabular.training(tabular.TerminalBootstrap)\n", encoding="utf-8"
    )
    assert main(["one_setting:train", "--setting", "B", "--steps", "4000", "--seeds", "3", "4"]) == 1
    out = capsys.readouterr().out
    assert "B: the end looks like state 2" in out
    assert "terminal-bootstrap says" in out
    assert main(["one_setting:train", "--setting", "A", "--steps", "4000"]) == 0


@pytest.fixture(scope="module")
def report():
    return checkup(training(tabular.TerminalBootstrap))


def test_text_json_and_page_tell_the_same(report, tmp_path):
    told = f"Look at {report.offence}."
    report.to_json(tmp_path / "all.json")
    assert told in str(report)
    assert told in report.html()
    assert f'"learned": {report.offence.learned}' in (tmp_path / "all.json").read_text(encoding="utf-8")
    assert report.command in str(report)
