"""LSTM gates: one cell, step by step, each gate's sum in numbers, from the second step on."""

import marimo

app = marimo.App(app_title="LSTM gates")

with app.setup:
    import marimo as mo
    import numpy as np

    from rl_line.course import page, tables
    from rl_line.course.calculations import calculation
    from rl_line.course.texts.lstm_gates import TEXTS
    from sequence_tasks import lstm_steps, lstm_trace
    from sequence_tasks.explain import gate_matrices
    from sequence_tasks.explain.cells import CELLS, lstm_cell, lstm_step, lstm_weights, random_cell
    from sequence_tasks.gate_curves import cell_over_time


@app.function
def kept(bias, steps=10):
    """Share of C that is left after so many steps in which nothing comes in, by the forget gate's bias."""
    cell = lstm_cell(f=(0, 0, bias), i=(0, 0, 0), C=(0, 1, 0), o=(0, 0, 0))
    c = lstm_trace(cell, [1.0] + [0.0] * steps).C[:, 0]
    return c[steps] / c[0]


@app.cell
def _():
    lang = page.language()
    return (lang,)


@app.cell
def _(lang):
    texts = TEXTS[lang]
    page.head(texts, lang)
    return (texts,)


@app.cell
def _(texts):
    def _choice(label, *names):
        return mo.ui.dropdown({texts[n]: n for n in names}, value=texts[names[0]], label=texts[label])

    sequence = _choice("x", "wave", "pulse", "noise", "own")
    numbers = mo.ui.text("0.8 -0.5 0.3 0.9 -1 0.2", label=texts["numbers"], full_width=True)
    kind = _choice("weights", "remembers the first", "adds up", "forgets", "random", "trained")
    seed = mo.ui.slider(0, 9, 1, value=0, label=texts["seed"], show_value=True)
    train = mo.ui.run_button(label=texts["train"])
    compare = mo.ui.checkbox(label=texts["keras"])
    get_trained, set_trained = mo.state({})
    return compare, get_trained, kind, numbers, seed, sequence, set_trained, train


@app.cell
def _(kind, numbers, seed, sequence, train):
    drawn = sequence.value == "noise" or kind.value not in CELLS
    shown = [(numbers, sequence.value == "own"), (kind, True), (seed, drawn), (train, kind.value == "trained")]
    mo.vstack([sequence, *(control for control, needed in shown if needed)])
    return


@app.cell
def _(numbers, seed, sequence, texts):
    given = {"wave": np.cos(np.arange(12) * np.pi / 3), "pulse": np.eye(12)[0]}
    given["noise"] = np.random.default_rng(seed.value).uniform(-1, 1, 12)
    try:
        given["own"] = np.array(numbers.value.split(), float)
    except ValueError:
        given["own"] = np.zeros(0)
    x = given[sequence.value].round(2)
    mo.stop(not 2 <= len(x) <= 24 or not np.isfinite(x).all(), mo.md(texts["bad"]))
    step = mo.ui.slider(1, len(x), 1, value=2, label=texts["step"], show_value=True)
    step
    return step, x


@app.cell
def _(seed, set_trained, texts, train):
    if train.value:
        with mo.status.spinner(title=texts["busy"]):
            from sequence_tasks.models.one_cell import remembering_cell

            found = remembering_cell(seed=seed.value)
        set_trained(lambda known: {**known, seed.value: found})
    return


@app.cell
def _(get_trained, kind, lang, seed, texts):
    weights = CELLS.get(kind.value) or random_cell(seed=seed.value)
    report = ""
    if kind.value == "trained":
        report = texts["untrained"]
        if seed.value in get_trained():
            weights, *errors = get_trained()[seed.value]
            loss, zero = (page.number(error, ".3f", lang) for error in errors)
            report = texts["loss"].format(loss=loss, zero=zero)
    return report, weights


@app.cell
def _(lang, report, step, texts, weights, x):
    trace = lstm_trace(weights, x)
    told = {name: page.number(value, ".4f", lang) for name, value in lstm_step(trace, step.value).items()}
    told |= {"step": step.value, "count": len(x)}
    # The sums of the last of the steps up to here.
    sums = "step " + lstm_steps(weights, x[: step.value], digits=4).rpartition("step ")[2]
    note = [report, texts["step_1" if step.value == 1 else "step_n"].format(**told)]
    most = trace.C[np.abs(trace.C).argmax(), 0]
    note += [texts["beyond"].format(most=page.number(most, ".2f", lang))] if abs(most) > 1 else []
    picture = page.figure(cell_over_time(trace, step=step.value), texts["alt"].format(**told), lang)
    parts = {name.replace("C", "C~"): (*matrix[0], *bias) for name, (matrix, bias) in gate_matrices(weights).items()}
    rows, columns = [[name, *part] for name, part in parts.items()], [texts["sum"], "h", "x", texts["bias"]]
    sums_and_weights = calculation(sums, lang) + tables.table(columns, rows, lang, spec=".2f")
    mo.vstack([picture, mo.md("\n\n".join(note)), mo.Html(sums_and_weights)])
    return (trace,)


@app.cell
def _(compare, texts, trace, weights, x):
    mo.stop(not compare.value, compare)
    with mo.status.spinner(title=texts["busy"]):
        from sequence_tasks.models.one_cell import keras_lstm

        difference = np.abs(keras_lstm(weights, x) - trace.h).max()
    mo.vstack([compare, mo.md(texts["difference"].format(count=len(x), difference=f"{difference:.1e}"))])
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(asked, lang, texts):
    def answer():
        f = 0.9 ** (1 / 10)
        b = np.log(f / (1 - f))
        told = {"f": (f, ".5f"), "b": (b, ".3f"), "kept": (100 * kept(b), ".1f"), "f1": (1 / (1 + np.exp(-1)), ".3f")}
        told = {n: page.number(*v, lang) for n, v in (told | {"kept1": (100 * kept(1.0), ".1f")}).items()}
        return mo.md(texts["answer"].format(count=lstm_weights(4, 1), one=lstm_weights(1, 1), **told))

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(lstm_trace, lstm_cell, kept, lang=lang)
    return


if __name__ == "__main__":
    app.run()
