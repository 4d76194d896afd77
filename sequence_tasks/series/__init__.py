"""Series: numbers in the order of time, embedded, generated, or read from a user's data.

Functions with the decorator `catalogued` in a module of this folder are registered automatically.
"""

from importlib import import_module
from pkgutil import iter_modules

from sequence_tasks.series.catalogue import SERIES, TASKS, as_series, catalogued
from sequence_tasks.series.series import Series, read_csv

__all__ = ["SERIES", "TASKS", "Series", "as_series", "catalogued", "read_csv"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
