"""Recurrent networks by hand: SimpleRNN and LSTM in float64, with gates by name and every step as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import hint, several, spelled
from rl_line.system.numbers import whole
from sequence_tasks.checks import finite

ACTIVATIONS: dict[str, Callable[[NDArray], NDArray]] = {
    "linear": lambda a: a,
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0.0),
    "sigmoid": lambda a: 0.5 * (1.0 + np.tanh(0.5 * a)),
}

_JOINED = "\N{NO-BREAK SPACE}"
_MOST_DIGITS = 767  # the most of any float64


class RNNTrace(NamedTuple):
    """Inputs, states and outputs of a SimpleRNN of u cells at T steps; s_0 = 0."""

    x: NDArray  # [..., T, F] inputs
    s: NDArray  # [..., T, u] s_t = activation(Wi x_t + Ws s_(t-1) + b)
    y: NDArray  # [..., T, O] after a Dense layer V s_t + c; s itself without one


class LSTMTrace(NamedTuple):
    """Gates, states and outputs of an LSTM of u cells at T steps, with z_t = [h_(t-1), x_t], h_0 = 0, C_0 = 0."""

    x: NDArray  # [..., T, F] inputs
    f: NDArray  # [..., T, u] forget gate: sigmoid(W_f z_t + b_f)
    i: NDArray  # [..., T, u] input gate: sigmoid(W_i z_t + b_i)
    candidate: NDArray  # [..., T, u] C~_t = tanh(W_C z_t + b_C)
    C: NDArray  # [..., T, u] cell state: f_t C_(t-1) + i_t C~_t
    o: NDArray  # [..., T, u] output gate: sigmoid(W_o z_t + b_o)
    h: NDArray  # [..., T, u] o_t tanh(C_t)
    y: NDArray  # [..., T, O] after a Dense layer V h_t + c; h itself without one


@spelled
def rnn_trace(weights: Sequence[ArrayLike], x: ArrayLike, *, activation: str = "tanh") -> RNNTrace:
    """The forward pass of a SimpleRNN, and of a Dense layer behind it, if any.

    Args:
        weights: Wi [F, u], Ws [u, u], b [u], and optionally V [u, O], c [O], as given by Keras' `model.get_weights()`.
        x: [..., T, F], or [T] for one feature.
        activation: activation of the cells: linear, tanh, relu or sigmoid.

    >>> rnn_trace([[[2.0]], [[0.5]], [1.0]], [1, 2], activation="linear").s[:, 0]
    array([3. , 6.5])
    """
    (wi, ws, b), dense, x = _checked(weights, x, gates=1)
    act = _activation(activation)
    s = np.zeros((*x.shape[:-1], len(ws)))
    state = np.zeros((*x.shape[:-2], len(ws)))
    for t in range(x.shape[-2]):
        s[..., t, :] = state = act(x[..., t, :] @ wi + state @ ws + b)
    return RNNTrace(x, s, _dense(s, dense))


@spelled
def lstm_trace(weights: Sequence[ArrayLike], x: ArrayLike) -> LSTMTrace:
    """The forward pass of an LSTM, and of a Dense layer behind it, if any.

    Args:
        weights: kernel [F, 4u], recurrent [u, 4u], bias [4u], gates in Keras' order i, f, C, o, and optionally
            V [u, O], c [O], as given by Keras' `model.get_weights()`.
        x: [..., T, F], or [T] for one feature.
    """
    (kernel, recurrent, bias), dense, x = _checked(weights, x, gates=4)
    sigmoid, units = ACTIVATIONS["sigmoid"], len(recurrent)
    h = c = np.zeros((*x.shape[:-2], units))
    steps = []
    for t in range(x.shape[-2]):
        a_i, a_f, a_c, a_o = np.split(x[..., t, :] @ kernel + h @ recurrent + bias, 4, axis=-1)
        f, i, candidate, o = sigmoid(a_f), sigmoid(a_i), np.tanh(a_c), sigmoid(a_o)
        c = f * c + i * candidate
        h = o * np.tanh(c)
        steps.append((f, i, candidate, c, o, h))
    f, i, candidate, c, o, h = (np.stack(part, axis=-2) for part in zip(*steps, strict=True))
    return LSTMTrace(x, f, i, candidate, c, o, h, _dense(h, dense))


@spelled
def gate_matrices(weights: Sequence[ArrayLike]) -> dict[str, tuple[NDArray, NDArray]]:
    """W [u, u + F] and b [u] of each gate f, i, C, o, as in W [h_(t-1), x_t] + b: Keras keeps them side by side."""
    kernel, recurrent, bias = _arrays(weights, gates=4)[:3]
    stacked = np.split(np.concatenate([recurrent, kernel]).T, 4)
    parts = dict(zip(("i", "f", "C", "o"), zip(stacked, np.split(bias, 4), strict=True), strict=True))
    return {name: parts[name] for name in ("f", "i", "C", "o")}


@spelled
def rnn_steps(weights: Sequence[ArrayLike], x: ArrayLike, *, activation: str = "tanh", digits: int | None = 9) -> str:
    """The arithmetic of `rnn_trace` for one sequence, a line for every cell of every step.

    >>> print(rnn_steps([[[2.0]], [[0.5]], [1.0]], [1, 2], activation="linear"))
    step 1  s = 2 x 1 + 0.5 x 0 + 1 = 3
    step 2  s = 2 x 2 + 0.5 x 3 + 1 = 6.5
    """
    digits = None if digits is None else whole(0, _MOST_DIGITS, digits=digits)
    trace, lines = rnn_trace(weights, x, activation=activation), list[str]()
    _check_one(trace.x)
    (wi, ws, b), dense, _ = _checked(weights, x, gates=1)
    units, before = len(ws), np.zeros(len(ws))
    for t, (x_t, s) in enumerate(zip(trace.x, trace.s, strict=True)):
        for k in range(units):
            total = _sum([*wi[:, k], *ws[:, k]], [*x_t, *before], b[k], digits)
            name = "s" if units == 1 else f"s[{k + 1}]"
            through = total if activation == "linear" else f"{activation}({total})"
            lines.append(f"step {t + 1}  {name} = {through} = {_text(s[k], digits)}")
        lines += _dense_lines(dense, s, trace.y[t], digits)
        before = s
    return "\n".join(lines)


@spelled
def lstm_steps(weights: Sequence[ArrayLike], x: ArrayLike, *, digits: int | None = 6) -> str:
    """The arithmetic of `lstm_trace` for one sequence, a line for every gate of every cell of every step."""
    digits = None if digits is None else whole(0, _MOST_DIGITS, digits=digits)
    trace, lines = lstm_trace(weights, x), list[str]()
    _check_one(trace.x)
    _, dense, _ = _checked(weights, x, gates=4)
    h = c = np.zeros(trace.h.shape[-1])
    for t, x_t in enumerate(trace.x):
        lines.append(f"step {t + 1}  [h, x] = [{', '.join(_text(value, digits) for value in [*h, *x_t])}]")
        values = {"f": trace.f[t], "i": trace.i[t], "C": trace.candidate[t], "o": trace.o[t]}
        for k in range(len(h)):
            label = "" if len(h) == 1 else f"[{k + 1}]"
            for gate, (matrix, bias) in gate_matrices(weights).items():
                name, act = ("C~", "tanh") if gate == "C" else (gate, "sigmoid")
                total = _sum(matrix[k], [*h, *x_t], bias[k], digits)
                lines.append(f"  {name}{label} = {act}({total}) = {_text(values[gate][k], digits)}")
            f, i, new, o = (_term(part[k], digits) for part in (trace.f[t], trace.i[t], trace.candidate[t], trace.o[t]))
            state = _text(trace.C[t][k], digits)
            lines.append(f"  C{label} = f C + i C~ = {f} x {_term(c[k], digits)} + {i} x {new} = {state}")
            lines.append(f"  h{label} = o tanh(C) = {o} x tanh({state}) = {_text(trace.h[t][k], digits)}")
        h, c = trace.h[t], trace.C[t]
        lines += _dense_lines(dense, h, trace.y[t], digits)
    return "\n".join(lines)


def in_columns(text: str, width: int) -> str:
    """Lines of a calculation, with long lines wrapped: no break within a product, and no line begins with a plus.

    >>> print(in_columns("step 1  s = 2 x 3.5 + 4 x 5.5 + 1 = 30", 30))
    step 1  s = 2 x 3.5 +
                4 x 5.5 + 1 = 30
    """
    lines = []
    for line in text.splitlines():
        terms, equals, result = line.rpartition(" = ")
        joined = terms.replace(" x ", f"{_JOINED}x{_JOINED}").replace(" +", f"{_JOINED}+")
        joined += equals.replace("= ", f"={_JOINED}") + result
        lines += wrap(joined, width, subsequent_indent=" " * (line.find("= ") + 2))
    return "\n".join(lines).replace(_JOINED, " ")


def _checked(weights: Sequence[ArrayLike], x: ArrayLike, *, gates: int) -> tuple[list[NDArray], list[NDArray], NDArray]:
    """The recurrent layer's three arrays, the Dense layer's two arrays or none, and the input [..., T, F]."""
    arrays = _arrays(weights, gates=gates)
    features = len(arrays[0])
    x = finite("x", x, axes=(1, 2, 3, 4))
    x = x[:, None] if x.ndim == 1 else x
    if x.shape[-1] != features:
        raise ValueError(f"x has shape {x.shape}, expected [..., T, {features}]: {features} features at every step.")
    return arrays[:3], arrays[3:], x


def _arrays(weights: Sequence[ArrayLike], *, gates: int) -> list[NDArray]:
    """The arrays of a recurrent layer, and of a Dense layer behind it, if any."""
    given = several("pass e.g. layer.get_weights()", weights=weights)
    arrays = [finite(f"array {k} of the weights", part) for k, part in enumerate(given)]
    if len(arrays) not in (3, 5):
        raise ValueError(
            f"weights are {len(arrays)} arrays, expected kernel, recurrent kernel and bias, perhaps with the two of a "
            "Dense layer; pass e.g. layer.get_weights()."
        )
    features, units = (len(array) if array.ndim else 0 for array in arrays[:2])
    expected = [(features, gates * units), (units, gates * units), (gates * units,)]
    if (shapes := [array.shape for array in arrays[:3]]) != expected:
        raise ValueError(f"weights have shapes {shapes}, expected {expected} for {features} features, {units} cells.")
    if not features or not units:
        raise ValueError(f"weights have shapes {shapes}, expected at least one feature and one cell.")
    return arrays


def _activation(name: str) -> Callable[[NDArray], NDArray]:
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise KeyError(f"No activation {name!r}. Known: {', '.join(ACTIVATIONS)}. {hint(name, ACTIVATIONS)}".rstrip())
    return ACTIVATIONS[name]


def _dense(states: NDArray, dense: list[NDArray]) -> NDArray:
    return states @ dense[0] + dense[1] if dense else states


def _dense_lines(dense: list[NDArray], states: NDArray, y: NDArray, digits: int | None) -> list[str]:
    if not dense:
        return []
    totals = [_sum(dense[0][:, k], states, dense[1][k], digits) for k in range(len(y))]
    names = ["y"] if len(y) == 1 else [f"y[{k + 1}]" for k in range(len(y))]
    return [
        f"        {name} = {total} = {_text(out, digits)}" for name, total, out in zip(names, totals, y, strict=True)
    ]


def _sum(weights: Iterable[float], values: Iterable[float], bias: float, digits: int | None) -> str:
    products = [f"{_term(w, digits)} x {_term(v, digits)}" for w, v in zip(weights, values, strict=True)]
    return " + ".join([*products, _term(bias, digits)])


def _text(value: float, digits: int | None) -> str:
    return repr(float(value)).removesuffix(".0") if digits is None else f"{value:.{digits}g}"


def _term(value: float, digits: int | None) -> str:
    text = _text(value, digits)
    return f"({text})" if text.startswith("-") else text


def _check_one(x: NDArray) -> None:
    if x.ndim != 2:
        raise ValueError(f"x has shape {x.shape}, expected one sequence [T, F]; pass e.g. x[0].")
