"""The checkup names the bugs of mutants, and none in right agents: a small kill matrix; the whole one is slow."""

import json
from pathlib import Path

import pytest
from mutants import kill_matrix
from mutants.kill_matrix import ENTRIES, checked, convicted, matrix, told
from support.checkup_cases import A, AtOnce

from agents.checkup import PASS, SUSPECTED, UNCLEAR
from agents.checkup.asking import ask
from agents.checkup.decide import clear, right
from agents.checkup.suspects import suspects
from agents.checkup.training.trainings import Trainer

FOLDER = Path(kill_matrix.__file__).parent

#: One of each slot, a weakness, and two of what an agent does.
SOME = (
    "table: terminal-bootstrap",
    "table: episodes-stitched",
    "table: truncation-as-termination",
    "table: last reward turned",
    "table: wrong-gamma",
    "table: argmax at S",
    "table: next observation aliased",
    "table: other action updated",
    "table: ends and cuts dropped",
    "table: epsilon-inverted",
    "table: argmin-policy",
)
WRONG = [name for name, entry in ENTRIES.items() if entry.bugs is not None]
RIGHT = [name for name, entry in ENTRIES.items() if entry.bugs is None]

#: Right agents of which too little can be known, or which still change.
UNKNOWABLE = {
    "table: right n-step, undeclared",  # is asked what was meant
    "table: Q-learning, alpha 1e-7",  # has hardly begun
    "table: Q-learning, greedy",  # tries too little
}
SOME_RIGHT = (
    "table: Q-learning",
    "table: textbook Sarsa",
    "table: Q-learning, alpha 0.01",  # is foretold to end right
    "table: Q-learning, alpha 1e-7",
)


def some(names, few):
    return [pytest.param(name, marks=[] if name in few else pytest.mark.slow) for name in names]


@pytest.mark.parametrize("name", some(WRONG, SOME))
def test_a_mutant_is_convicted_and_named(name):
    row = checked(name)
    assert convicted(row), row
    assert told(name, row) or not ENTRIES[name].bugs, row


@pytest.mark.parametrize(
    ("name", "bug"), [("DQN: reward-clipped", "reward-clipped"), ("DQN: gamma-zero", "gamma-zero")]
)
def test_a_network_is_named_by_the_first_line(name, bug):
    trainer = Trainer(ENTRIES[name].train, float("inf"))
    evidence = ask(trainer, A, kind=(), steps=1_000, seeds=(0, 1))
    assert not right(evidence)
    assert bug in [suspect.bug for suspect in suspects(clear([evidence]))]


@pytest.mark.parametrize("name", some(RIGHT, SOME_RIGHT))
def test_an_agent_that_is_right_is_not_accused(name):
    row = checked(name)
    assert row["verdict"] != SUSPECTED, row
    if name.startswith("table:"):
        assert (row["verdict"] == UNCLEAR) == (name in UNKNOWABLE), row


@pytest.mark.parametrize("name", ["table: textbook Q-learning, no mask"])
def test_a_table_without_a_mask_passes_with_its_warning(name):
    row = checked(name)
    assert row["verdict"] == PASS
    assert {bug for bugs in row["warnings"].values() for bug in bugs} == {*ENTRIES[name].warnings}


# --- the table ---


def row_of(verdict, suspects=(), warnings=None, seconds=0.5):
    return {"verdict": verdict, "suspects": list(suspects), "warnings": warnings or {}, "seconds": seconds}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (row_of(SUSPECTED, ["gamma-zero", "wrong-gamma"]), True),
        (row_of(SUSPECTED, ["min-for-max + wrong-gamma"]), True),
        (row_of(PASS, [], {"values B": ["wrong-gamma"]}), True),
        (row_of(SUSPECTED, ["gamma-zero"]), False),
        (row_of(UNCLEAR), False),
    ],
)
def test_a_mutant_is_told_if_its_bug_is_among_the_first_suspects_or_in_a_warning(row, expected):
    assert told("table: wrong-gamma", row) == expected


def test_the_table_says_what_was_said():
    known = {
        "table: wrong-gamma": row_of(SUSPECTED, ["wrong-gamma"], seconds=0.4),
        "table: terminal-bootstrap": row_of(PASS, [], {"values B": ["terminal-bootstrap"]}, seconds=0.8),
        "table: gamma-zero": row_of(UNCLEAR, seconds=2.0),
        "table: Q-learning": row_of(PASS, seconds=0.2),
    }
    told_all = matrix(known)
    assert (
        "- tables: 2 of 3 mutants convicted, 2 of the 3 in the catalogue told; "
        "0 of 1 agents that are right accused, 1 passed; 0.6 s in the median." in told_all
    )
    assert "| table: terminal-bootstrap | pass |  | values B: terminal-bootstrap | yes | 0.8 |" in told_all
    assert "| table: gamma-zero | inconclusive |  |  | no | 2.0 |" in told_all
    assert "| table: Q-learning | pass |  |  | 0.2 |" in told_all


def test_a_table_is_gone_on_with(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kill_matrix, "ENTRIES", {name: ENTRIES[name] for name in ("table: Q-learning", SOME[0])})
    (tmp_path / "kill_matrix.json").write_text(json.dumps({"table: Q-learning": row_of(PASS)}), encoding="utf-8")
    monkeypatch.setattr(kill_matrix, "ProcessPoolExecutor", AtOnce)
    monkeypatch.setattr(kill_matrix, "checked", lambda name: row_of(UNCLEAR))
    kill_matrix.write(tmp_path)
    assert capsys.readouterr().out == f"{SOME[0]}: inconclusive  (0.5 s)\n"
    assert [*json.loads((tmp_path / "kill_matrix.json").read_text(encoding="utf-8"))] == ["table: Q-learning", SOME[0]]
    assert SOME[0] in (tmp_path / "kill_matrix.md").read_text(encoding="utf-8")


def test_the_stored_table_is_of_agents_that_are_there_and_says_what_its_rows_do():
    known = json.loads((FOLDER / "kill_matrix.json").read_text(encoding="utf-8"))
    assert {*known} <= {*ENTRIES}
    assert (FOLDER / "kill_matrix.md").read_text(encoding="utf-8") == matrix(known)
