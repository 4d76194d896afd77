"""Reports of sweeps: groups of rows, figures, and one self-contained page."""
