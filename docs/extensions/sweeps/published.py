"""The extension that publishes pages of sweeps: that of the preset `course` from its rows, and that of a small run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.application import Sphinx

_ROOT = Path(__file__).parents[3]
_ROWS = Path(__file__).parent / "tabular_agents.jsonl"
_ABOUT = _ROWS.with_suffix(".json")
SWEEP = "--agent QLearning --alpha 0.05 0.1 0.5 --gamma 0.5:0.99:20 --epsilon 0.3 --seeds 20 --steps 1000"


def _finish(app: Sphinx, failed: Exception | None) -> None:
    """Writes both pages beside the others."""
    if not failed and app.builder.format == "html":
        _publish_course(Path(app.outdir) / "tabular_agents.html")
        if app.config.run_programs:
            publish_run(Path(app.outdir) / "sweep.html")


def publish_run(page: Path) -> None:
    """Writes the page of the sweep that docs/how_to/sweep.md shows, unless it is there."""
    if page.exists():
        return
    with TemporaryDirectory() as out:
        command = [sys.executable, "-m", "rl_line", "sweep", *SWEEP.split(), "--out", out]
        subprocess.run(command, cwd=_ROOT, capture_output=True, check=True)
        shutil.copy(Path(out) / "page.html", page)


def _publish_course(page: Path) -> None:
    """Writes the page of the course, unless it is newer than its rows."""
    if page.exists() and page.stat().st_mtime > _ROWS.stat().st_mtime:
        return
    import json

    from agents.sweeps.presets.course_page import course_page, read_course
    from agents.sweeps.report.page import write_page

    write_page(page, course_page(read_course(_ROWS), json.loads(_ABOUT.read_text(encoding="utf-8"))))


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the page with Sphinx."""
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True}
