"""Report of a checkup: as text, as JSON, as a page."""
