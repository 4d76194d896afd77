"""Reports of sweeps: groups of rows, figures, and one page that needs nothing else."""
