"""Pictures of the line, and agents to be shown and changed, of the lessons on agents."""
