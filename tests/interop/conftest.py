"""Agents are imported where they are tested, which is skipped if their library is missing."""

collect_ignore = ["libraries", "in_the_wild.py", "registry.py"]
