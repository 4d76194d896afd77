"""Repeatable sweeps by name: the settings, and the page of the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from agents.sweeps.presets.course import Row, course_settings, course_trial


class Preset(NamedTuple):
    """A sweep that is ready to run, and the presentation of its rows."""

    trial: Callable[..., Any]  # (**setting) -> its row or rows
    settings: Callable[[], list[dict[str, Any]]]
    page: Callable[..., str]  # (rows, facts such as versions by name) -> HTML
    table: Callable[..., str]  # rows -> a short text
    store: Callable[..., Path] | None = None  # (path, rows): writes the rows as a compact file


def _course_page(rows: Sequence[Row], about: Mapping[str, Any] | None = None) -> str:
    from agents.sweeps.presets.course_page import course_page

    return course_page(rows, about)


def _course_table(rows: Sequence[Row]) -> str:
    from agents.sweeps.presets.course_page import course_table

    return course_table(rows)


def _store_course(path: str | Path, rows: Sequence[Row]) -> Path:
    from agents.sweeps.presets.course_page import write_course

    return write_course(path, rows)


PRESETS: Mapping[str, Preset] = {
    "course": Preset(course_trial, course_settings, _course_page, _course_table, _store_course)
}
