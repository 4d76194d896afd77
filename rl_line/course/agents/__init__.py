"""Pictures of the line, and agents to show and change, for the lessons on agents."""
