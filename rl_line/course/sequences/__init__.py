"""What the lessons on sequences show: guesses at every length, weights on sliders, and models."""
