"""The course: its lessons, their shared parts, and their server."""
