"""Tests of the documentation, and of the pages in front."""
