"""Pages of the tutorial and of the gallery, from runs of their programs."""
