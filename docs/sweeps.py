"""The extension that publishes the page of the preset `course`, made from its rows beside this file."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

_ROWS = Path(__file__).parent / "tabular_agents.jsonl"
_ABOUT = _ROWS.with_suffix(".json")


def _finish(app: Sphinx, failed: Exception | None) -> None:
    """Writes the page beside the others, unless it is newer than its rows."""
    page = Path(app.outdir) / "tabular_agents.html"
    if failed or app.builder.format != "html":
        return
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
