"""Agents with a known bug each, a few lines away from a right agent, and the table of checks that find the bugs."""
