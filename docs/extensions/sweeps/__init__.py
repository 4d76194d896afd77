"""Pages of sweeps, and the rows of the published one."""
