"""Displays for lessons on sequences: guesses at every length, weights on sliders, and models."""
