"""Prediction tasks whose exact answers are known: next integers and windows of series."""
