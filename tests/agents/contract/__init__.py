"""Contract tests for every agent: settings, state, copies, spaces and numbers."""
