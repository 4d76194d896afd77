"""Checks of an agent's behaviour, networks and files, beside its values."""
