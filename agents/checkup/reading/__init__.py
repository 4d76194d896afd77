"""Reading of an agent of any library: its action values, its greedy actions, its networks."""
