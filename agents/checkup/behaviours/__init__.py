"""Checks of what an agent did and shows, beside its values."""
