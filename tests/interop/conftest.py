"""Agents are imported where they are tested, which is skipped if their library is missing."""

from pathlib import Path

collect_ignore = [path.name for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_")]
