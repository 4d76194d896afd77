"""What a checkup found: as text, as JSON, as a page."""
