"""Tests of exploration: policies, schedules, and how much of it a training did."""
