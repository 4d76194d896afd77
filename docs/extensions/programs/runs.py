"""Programs whose results pages show: each runs in a process of its own, and again only if a file it used changed."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
_IMPORTED = os.pathsep.join([str(ROOT), str(ROOT / "docs")])
_USED, _PRINTED = "used.json", "printed.txt"


class Program(NamedTuple):
    """A script, its arguments, and the folder for its results, in which it runs."""

    script: Path
    arguments: tuple[str, ...]
    folder: Path

    @property
    def printed(self) -> str:
        """The text that the script printed."""
        return (self.folder / _PRINTED).read_text(encoding="utf-8")

    @property
    def record(self) -> Path:
        """File that is written anew by each run."""
        return self.folder / _USED

    def is_current(self) -> bool:
        """True if it ran, and no file of this project that it used has changed since."""
        if not self.record.exists():
            return False
        used: dict[str, str] = json.loads(self.record.read_text(encoding="utf-8"))
        return all(_digest(Path(name)) == digest for name, digest in used.items())


def run_all(programs: Iterable[Program]) -> None:
    """Runs the programs whose results are not current, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_run, [program for program in programs if not program.is_current()]))


def _run(program: Program) -> None:
    program.record.unlink(missing_ok=True)
    program.folder.mkdir(parents=True, exist_ok=True)
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": _IMPORTED}
    done = subprocess.run(
        [sys.executable, __file__, _USED, program.script, *program.arguments],
        cwd=program.folder,
        env={**os.environ, **one_thread},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"{program.script} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    (program.folder / _PRINTED).write_text(done.stdout, encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _inside(record: str, script: str) -> None:
    """Runs a script as `python script` does, and writes down every file of this project that it used."""
    sys.argv = sys.argv[2:]
    sys.path[0] = str(Path(script).parent)
    runpy.run_path(script, run_name="__main__")
    modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    loaded = {path for file in (__file__, *modules) if file and _is_ours(path := Path(file).resolve())}
    given = {Path(argument).resolve() for argument in sys.argv if argument.endswith(".py")}
    used = {str(path): _digest(path) for path in loaded | given}
    Path(record).write_text(json.dumps(used, indent=1, sort_keys=True), encoding="utf-8")


def _is_ours(path: Path) -> bool:
    """True if a file is of this project, and not of a virtual environment inside it."""
    return path.is_relative_to(ROOT) and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)


if __name__ == "__main__":
    _inside(sys.argv[1], sys.argv[2])
