"""Report of a checkup as text, JSON and a page."""
