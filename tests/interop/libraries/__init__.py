"""Agents of other libraries: of each a module with functions that train, as the checkup takes them."""
