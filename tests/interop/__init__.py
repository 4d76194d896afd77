"""Agents of other libraries on the line: they learn right values, are read, and pass the checkup."""
