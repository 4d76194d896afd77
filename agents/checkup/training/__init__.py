"""Training somebody's agent on the lines: environments that record, what is read of the agent, the evidence."""
