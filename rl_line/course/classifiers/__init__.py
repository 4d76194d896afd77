"""Data, counts, tables and figures of the lessons on classifiers."""
