"""Tests of the loop over single and vector environments: its stories, logs, evaluations and comparisons."""
