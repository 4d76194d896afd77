"""Tests of what every agent keeps to: settings, state, copies, spaces and numbers."""
