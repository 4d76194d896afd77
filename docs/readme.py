"""Sections of the README, with links that hold one folder further down."""

import re
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def section(*title: str) -> str:
    """What stands under a heading of the README; files that it links to come with the pages, folders are only named."""
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    found = text.split(f"\n## {' '.join(title)}\n", 1)[1].split("\n## ", 1)[0]
    return re.sub(r"\[([^\]]*)\]\(([^)]*)\)", _link, found)


def _link(found: re.Match[str]) -> str:
    label, path = found.groups()
    if (_ROOT / path).is_dir():
        return f"`{label}`"
    return f"[{label}]({Path(path).name if path.endswith('.md') else f'../{path}'})"
