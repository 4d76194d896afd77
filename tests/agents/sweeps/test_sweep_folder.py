"""A sweep's folder: nothing finished is lost or doubled, and another sweep does not fit in."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_trials import by_hand, drawn, noted, raising

from agents.sweeps import folder, grid, read_rows, sweep


def test_rows_are_read_as_they_were_returned(tmp_path):
    settings = grid(a=[0.1, 0.2], seed=[1, 2])
    rows = sweep(drawn, settings, out=tmp_path / "new" / "sweep")
    assert rows == sweep(drawn, settings)
    assert read_rows(tmp_path / "new" / "sweep") == rows
    lines = (tmp_path / "new" / "sweep" / "rows.jsonl").read_text().splitlines()
    assert [json.loads(line)["index"] for line in lines] == [0, 1, 2, 3]


def test_tables_have_all_rows_under_all_names(tmp_path):
    sweep(raising, grid(a=[0, 2]), out=tmp_path)
    with (tmp_path / "rows.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["a", "error", "inverse"],
            ["0", "ZeroDivisionError: division by zero", ""],
            ["2", "", "0.5"],
        ]


def test_parquet_has_one_type_in_a_column(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    sweep(lambda a: {"mixed": a if a == 1 else "two", "half": a / 2}, grid(a=[1, 2]), out=tmp_path)
    assert parquet.read_table(tmp_path / "rows.parquet").to_pylist() == [
        {"a": 1, "mixed": "1", "half": 0.5},
        {"a": 2, "mixed": "two", "half": 1.0},
    ]


def test_the_folder_tells_what_the_sweep_is_of(tmp_path):
    sweep(by_hand, grid(a=[1, 2], seed=[0]), out=tmp_path)
    about = json.loads((tmp_path / "settings.json").read_text())
    assert about["trial"] == "small_trials.by_hand"
    assert (about["settings"]["count"], about["settings"]["values"]) == (2, {"a": [1, 2], "seed": [0]})
    (start,) = about["starts"]
    assert start["versions"]["python"].split(".")[0] == "3"
    assert {"numpy", "gymnasium"} <= set(start["versions"])
    assert start["command"] == sys.argv
    assert {"time", "git", "changed"} <= set(start)


def test_the_commit_on_a_page_fits_a_phone(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "_git", lambda *asked: "0123456789abcdef" * 2 if "HEAD" in asked else " M file")
    sweep(by_hand, grid(a=[1], seed=[0]), out=tmp_path)
    assert folder.made_with(tmp_path)["git"] == "0123456789ab, changed"


def ran(folder):
    """Values of a by the number of times that their trial ran."""
    names = [path.name.split("_")[0] for path in folder.iterdir()]
    return {int(name): names.count(name) for name in sorted(set(names))}


def test_a_sweep_goes_on_from_a_torn_line(tmp_path):
    runs, out = tmp_path / "runs", tmp_path / "out"
    runs.mkdir()
    settings = grid(a=[1, 2, 3, 4], folder=[str(runs)])
    rows = sweep(noted, settings, out=out)
    lines = (out / "rows.jsonl").read_bytes().splitlines(keepends=True)
    (out / "rows.jsonl").write_bytes(lines[0] + lines[2] + lines[3][:-9])
    assert [row["square"] for row in read_rows(out)] == [1, 9]
    assert sweep(noted, settings, out=out) == rows
    assert ran(runs) == {1: 1, 2: 2, 3: 1, 4: 2}
    indices = [json.loads(line)["index"] for line in (out / "rows.jsonl").read_text().splitlines()]
    assert indices == [0, 2, 1, 3]
    assert len(json.loads((out / "settings.json").read_text())["starts"]) == 2


def test_an_error_is_finished_as_well(tmp_path):
    rows = sweep(raising, grid(a=[0, 2]), out=tmp_path)
    assert sweep(raising, grid(a=[0, 2]), out=tmp_path) == rows
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("trial", "settings", "told"),
    [
        (by_hand, grid(a=[1, 2, 3]), r"settings.count: 2 in the file, 3 here"),
        (by_hand, grid(a=[2, 1]), r"settings.values.a\[0\]: 1 in the file, 2 here"),
        (raising, grid(a=[1, 2]), 'trial: "small_trials.by_hand" in the file, "small_trials.raising" here'),
    ],
)
def test_another_sweep_does_not_fit_into_the_folder(tmp_path, trial, settings, told):
    sweep(by_hand, grid(a=[1, 2]), out=tmp_path)
    before = (tmp_path / "rows.jsonl").read_bytes()
    with pytest.raises(ValueError, match=rf"holds another sweep \({told}.*pass another folder"):
        sweep(trial, settings, out=tmp_path)
    assert (tmp_path / "rows.jsonl").read_bytes() == before


def test_a_broken_folder_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected the folder of a sweep"):
        read_rows(tmp_path)
    sweep(by_hand, grid(a=[1, 2]), out=tmp_path)
    log = tmp_path / "rows.jsonl"
    log.write_bytes(b"[]\n" + log.read_bytes())
    for read in (lambda: read_rows(tmp_path), lambda: sweep(by_hand, grid(a=[1, 2]), out=tmp_path)):
        with pytest.raises(ValueError, match=r"line 1 of rows.jsonl is b'\[\]\\n', expected the rows of a trial"):
            read()
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(ValueError, match="is not of a sweep"):
        sweep(by_hand, grid(a=[1, 2]), out=tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_two_sweeps_at_once_do_not_fit_into_the_folder(tmp_path):
    program = (
        "import sys; from agents.sweeps import *\n"
        "def trial(a): print('begun', flush=True); sys.stdin.read(); return {}\n"
        f"sweep(trial, grid(a=[1]), out={str(tmp_path)!r})"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as one:
        assert one.stdout.readline() == b"begun\n"
        with pytest.raises(RuntimeError, match="another process writes to"):
            sweep(by_hand, grid(a=[1]), out=tmp_path)
        one.communicate(b"")
    assert one.returncode == 0
