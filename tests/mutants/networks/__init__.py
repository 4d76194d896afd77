"""Networks with a bug each: DQNs, their layers, and which are tried."""
