"""Training an agent on the lines: recording environments, trainings that can be stopped, evidence."""
