"""Series: numbers in the order of time, embedded, generated, or read from a user's data."""

from sequence_tasks.series.catalogue import SERIES, as_series
from sequence_tasks.series.series import Series, read_csv

__all__ = ["SERIES", "Series", "as_series", "read_csv"]
