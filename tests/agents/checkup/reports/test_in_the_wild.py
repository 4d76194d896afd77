"""The page of other libraries' agents says what its rows say, and its rows are of the modules that are there."""

import json

import pytest
from interop import in_the_wild
from interop.in_the_wild import HERE, asked, glue, page
from interop.registry import ENTRIES, RIGHT
from support.checkup_cases import AtOnce

from agents.checkup import CHECKS, PASS, SUSPECTED
from agents.checkup.rules.catalogue import BUGS

KNOWN = json.loads((HERE / "in_the_wild.json").read_text(encoding="utf-8"))
SARSA, DQN = "MushroomRL: SARSA", "PFRL: DQN, cuts taken for ends"


def row_of(verdict=PASS, suspects=(), warnings=(), **more):
    versions = {"mushroom-rl": "1.10.2", "numpy": "2.4.6"}
    row = {"verdict": verdict, "suspects": [*suspects], "warnings": dict(warnings), "by": "values", "unclear": []}
    return row | {"steps": 12_000, "seconds": 3.4, "versions": versions, "date": "2026-02-28", "glue": "0"} | more


def test_the_stored_page_says_what_its_rows_do():
    assert (HERE / "in_the_wild.md").read_text(encoding="utf-8") == page(KNOWN)


def test_every_agent_is_published_with_the_lines_that_ran():
    assert asked(KNOWN) == [], "./run interop --publish does these anew"


def test_every_published_warning_is_a_question():
    assert {name: set(KNOWN[name]["warnings"]) for name in RIGHT} == {
        name: set(entry.questions) for name, entry in RIGHT.items()
    }


def test_every_library_has_an_agent_as_it_is_and_one_with_a_known_bug():
    libraries = {entry.library for entry in ENTRIES.values()}
    assert {entry.library for entry in RIGHT.values()} == libraries
    assert {entry.library for entry in ENTRIES.values() if not entry.right} == libraries
    assert {entry.bug for entry in ENTRIES.values()} <= {"", *BUGS}
    assert {check for entry in ENTRIES.values() for check in entry.questions} <= {*CHECKS}


def test_a_page_of_two_agents():
    rows = {
        SARSA: row_of(unclear=["values N"]),
        DQN: row_of(SUSPECTED, ["truncation-as-termination"], versions={"pfrl": "0.4.0"}),
    }
    told = page(rows)
    assert told.startswith("1 of 1 agents as they are pass, and of 1 with a planted bug 1 are named.")
    assert "| MushroomRL: SARSA | values | pass | values N: open | 12,000 | 3.4 |" in told
    cells = "truncation-as-termination | bug suspected | truncation-as-termination | 12,000 | 3.4 |"
    assert f"| {DQN} | {cells}" in told
    assert "## Questions to their authors\n\nNone.\n" in told
    assert "## MushroomRL\n\nmushroom-rl 1.10.2, numpy 2.4.6; 2026-02-28.\n" in told
    assert "python -m agents.checkup interop.libraries.mushroom:sarsa --learns on-policy --budget 600\n" in told
    assert "```{literalinclude} ../tests/interop/libraries/mushroom.py\n" in told


def test_a_warning_becomes_a_question_asked_once():
    rows = {
        name: row_of(warnings={"in-place": ["observation-aliased"]})
        for name in ("Stable-Baselines3: DQN", "Stable-Baselines3: PPO")
    }
    told = page(rows)
    assert told.count("Is it meant that `DummyVecEnv`") == 1
    assert "(Stable-Baselines3: DQN, Stable-Baselines3: PPO)" in told
    assert "| in-place: observation-aliased |" in told


@pytest.mark.parametrize("change", [{"glue": "0"}, None])
def test_an_agent_is_done_anew_if_its_module_has_changed_or_its_row_is_missing(change):
    rows = {name: row_of(glue=glue(entry)) for name, entry in ENTRIES.items()}
    assert asked(rows) == []
    if change:
        rows[SARSA] |= change
    else:
        del rows[SARSA]
    assert asked(rows) == [SARSA]
    assert asked(rows, "MushroomRL: S") == [
        SARSA,
        "MushroomRL: Speedy Q-learning",
        "MushroomRL: SARSA, told another gamma",
    ]


def test_a_page_is_gone_on_with(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(in_the_wild, "ENTRIES", {name: ENTRIES[name] for name in (SARSA, DQN)})
    monkeypatch.setattr(in_the_wild, "ProcessPoolExecutor", AtOnce)
    monkeypatch.setattr(in_the_wild, "checked", lambda name: row_of())
    (tmp_path / "in_the_wild.json").write_text(json.dumps({SARSA: row_of(glue=glue(ENTRIES[SARSA]))}), encoding="utf-8")
    in_the_wild.write(tmp_path)
    assert capsys.readouterr().out == f"{DQN}: pass  (3.4 s)\n"
    assert [*json.loads((tmp_path / "in_the_wild.json").read_text(encoding="utf-8"))] == [SARSA, DQN]
    assert DQN in (tmp_path / "in_the_wild.md").read_text(encoding="utf-8")
