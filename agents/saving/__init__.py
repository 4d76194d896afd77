"""Agents, states and interrupted runs in files of arrays and texts only."""

from agents.saving.agent_files import InFiles, load, save
from agents.saving.resuming import resumable

__all__ = ["InFiles", "load", "resumable", "save"]
