"""Agents with a known bug each, a few lines away from one that is right, and the table of which checks convict them."""
