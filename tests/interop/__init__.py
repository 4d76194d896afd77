"""Agents of other libraries on the line: they learn what is right, are read, and are checked up."""
