"""Targets of sequence_tasks.explain: recurrent cells by hand, and exact cells."""

import numpy as np
from fuzz.harness import Target, arg, array, opt
from fuzz.values import numbers, simple

import sequence_tasks as tasks
from sequence_tasks.explain import by_length, exact, gate_matrices

SEED = opt(simple(0, 5))
RNN = [np.ones((1, 2)), np.ones((2, 2)) / 2, np.zeros(2)]
LSTM = [np.ones((1, 4)), np.ones((1, 4)) / 2, np.zeros(4)]
CELLS = simple(exact.COURSE, exact.EVERY_LENGTH)

TARGETS = (
    Target(
        "rnn_trace",
        tasks.rnn_trace,
        {"weights": arg(simple(RNN)), "x": array(numbers(5)), "activation": opt(simple("tanh", "linear", "relu"))},
    ),
    Target(
        "rnn_trace of",
        lambda kernel, recurrent, bias: tasks.rnn_trace([kernel, recurrent, bias], [1.0, 2.0]),
        {"kernel": array(simple(RNN[0])), "recurrent": array(simple(RNN[1])), "bias": array(simple(RNN[2]))},
    ),
    Target("gate_matrices", gate_matrices, {"weights": arg(simple(LSTM))}),
    Target(
        "gate_matrices of",
        lambda kernel, recurrent, bias: gate_matrices([kernel, recurrent, bias]),
        {"kernel": array(simple(LSTM[0])), "recurrent": array(simple(LSTM[1])), "bias": array(simple(LSTM[2]))},
    ),
    Target("lstm_trace", tasks.lstm_trace, {"weights": arg(simple(LSTM)), "x": array(numbers(5))}),
    Target(
        "rnn_steps",
        tasks.rnn_steps,
        {"weights": arg(simple(RNN)), "x": array(numbers(5)), "digits": opt(simple(None, 3))},
    ),
    Target(
        "lstm_steps",
        tasks.lstm_steps,
        {"weights": arg(simple(LSTM)), "x": array(numbers(5)), "digits": opt(simple(None, 3))},
    ),
    Target(
        "exact_cell",
        exact.exact_cell,
        {"length": arg(simple(1, 10.0), work=True), "ws": opt(simple(0.5)), "step": opt(simple(1.0))},
    ),
    Target("cell_outputs", exact.cell_outputs, {"cell": arg(CELLS), "inputs": array(numbers(5))}),
    Target(
        "fit_cell",
        exact.fit_cell,
        {
            "inputs": array(numbers(9, 3)),
            "targets": array(numbers(9, 1)),
            "seed": SEED,
            "start": opt(CELLS),
            "iterations": arg(simple(5, 20), work=True),
        },
    ),
    Target(
        "least_error",
        exact.least_error,
        {"coefficients": array(simple([0.5, 0.1])), "noise": arg(simple(1.0)), "horizon": opt(simple(1, 4), work=True)},
    ),
    Target(
        "errors_by_length",
        exact.errors_by_length,
        {
            "predict": arg(simple(lambda x: x[:, -1] + 1.0)),
            "lengths": array(simple([1, 2])),
            "low": opt(simple(0)),
            "high": opt(simple(9), work=True),
        },
    ),
    *(
        Target(
            write.__name__,
            write,
            {
                "lengths": array(simple([1, 2])),
                "errors": arg(simple({"mine": [9.37, 0.1]}, {"a": [0, 0], "b": [1, 0]})),
            },
        )
        for write in (by_length.error_table, by_length.right_lengths_text)
    ),
)
