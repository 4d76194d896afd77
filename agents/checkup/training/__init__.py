"""Training an agent of any library on the lines: recording environments, reading of the agent, evidence."""
