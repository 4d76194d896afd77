"""The course: its lessons, what they share, and the server that shows them."""
