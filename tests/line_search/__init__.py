"""The searches that found the lines of the checkup: `values` by what bugs learn there, `actions` by what they do."""
