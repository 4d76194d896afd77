"""Tiny learning problems whose exact answers are known: the agents that learn them."""
