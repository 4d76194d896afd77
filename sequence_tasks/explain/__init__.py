"""Explanations: recurrent networks by hand, gate by gate, and the exact answers of a linear cell."""

from sequence_tasks.explain.by_hand import (
    LSTMTrace,
    RNNTrace,
    gate_matrices,
    lstm_steps,
    lstm_trace,
    rnn_steps,
    rnn_trace,
)
from sequence_tasks.explain.by_length import error_table, right_lengths_text
from sequence_tasks.explain.exact import COURSE, EVERY_LENGTH, Cell, cell_outputs, errors_by_length, exact_cell

__all__ = [
    "COURSE",
    "EVERY_LENGTH",
    "Cell",
    "LSTMTrace",
    "RNNTrace",
    "cell_outputs",
    "error_table",
    "errors_by_length",
    "exact_cell",
    "gate_matrices",
    "lstm_steps",
    "lstm_trace",
    "right_lengths_text",
    "rnn_steps",
    "rnn_trace",
]
