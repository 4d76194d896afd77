"""The next integer by one linear cell: by hand, by the network, and why one length of training leaves a weight free."""

import marimo

app = marimo.App(app_title="Next integer, one linear cell")

with app.setup:
    import marimo as mo
    import numpy as np

    import sequence_tasks
    from rl_line.course import page, tables
    from rl_line.course.calculations import calculation
    from rl_line.course.sequences import display
    from rl_line.course.texts.next_integer import TEXTS
    from sequence_tasks import MinMax, SequenceTask, plots, rnn_steps
    from sequence_tasks.explain import COURSE, EVERY_LENGTH, Cell, cell_outputs, errors_by_length, exact_cell
    from sequence_tasks.series.counting import integers

    LENGTHS = range(1, 11)


@app.function
def train(length, seed, epochs=1200):
    """The cell that a training on so many integers at a time ends with."""
    task = SequenceTask(integers(0, 100), length=length, train=101, validation=0, transform=MinMax())
    windows = task.windows("train")
    model = sequence_tasks.MODELS["simple_rnn_one_cell"](windows, seed=seed, recurrent="orthogonal")
    sequence_tasks.fit_compiled(model, windows, epochs=epochs, batch_size=100, learning_rate=0.1, seed=seed)
    wi, ws, b = (round(float(weight.item()), 8) for weight in model.get_weights())
    return Cell(wi, ws, round(100 * b, 6))  # the network saw hundredths, and only the bias has their unit


@app.function
def by_network(cell, numbers):
    """Output of Keras' SimpleRNN after these integers, with the weights of a cell."""
    model = sequence_tasks.MODELS["simple_rnn_one_cell"](sequence_tasks.windows([0.0, 1.0], length=1))
    model.set_weights([np.array([[cell.wi]]), np.array([[cell.ws]]), np.array([cell.b])])
    return float(model(np.reshape(numbers, (1, -1, 1)).astype("float32"))[0, 0])


@app.function
def errors(cell):
    """Largest error at each length, over all integers from 0 to 100: the state after the last input is the guess."""
    return errors_by_length(lambda inputs: cell_outputs(cell, inputs)[:, -1], LENGTHS)


@app.function
def row(name, cell):
    """Name, weights, slope of the guess at length 2, error there, and the largest at all lengths."""
    return [name, *cell, cell.wi * (1 + cell.ws), errors(cell)[1], errors(cell).max()]


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
    train_now = mo.ui.run_button(label=texts["train"])
    get_trained, set_trained = mo.state(())
    return get_trained, set_trained, train_now


@app.cell
def _(set_trained, texts, train_now):
    if train_now.value:
        with mo.status.spinner(title=texts["training"]):
            set_trained(tuple(train(2, seed) for seed in range(5)))
    return


@app.cell
def _(get_trained, texts, train_now):
    trained = {texts["seed"].format(seed=seed): cell for seed, cell in enumerate(get_trained())}
    known = {texts["course"]: COURSE, texts["exact"]: EVERY_LENGTH, **trained}
    start = mo.ui.dropdown(known, value=next(iter(trained or known)), label=texts["weights"])
    mo.hstack([start, train_now], justify="start", wrap=True)
    return known, start, trained


@app.cell
def _(start, texts):
    wi = display.slider("Wi", start.value.wi, most=2, step=0.05)
    ws = display.slider("Ws", start.value.ws, most=1.5, step=0.05)
    b = display.slider(texts["bias"], start.value.b, most=4, step=0.05)
    mo.vstack([wi, ws, b])
    return b, wi, ws


@app.cell
def _(b, known, lang, texts, wi, ws):
    cell = Cell(wi.value, ws.value, b.value)
    header = ["", "Wi", "Ws", "b", "Wi (1 + Ws)", texts["at two"], texts["at all"]]
    rows = [row(*one) for one in ({texts["yours"]: cell} | known).items()]
    weights = tables.table(header, rows, lang, spec=",.4f")
    slope, constant = cell.wi * (1 + cell.ws), cell.b * (1 + cell.ws) - cell.wi * cell.ws
    said = {name: page.number(value, ".7f", lang) for name, value in (("slope", slope), ("constant", constant))}
    mo.vstack([mo.Html(weights), mo.md(texts["why"].format(**said))])
    return cell, header


@app.cell
def _(texts):
    first = mo.ui.slider(steps=[0, 1, 5, 10, 20, 50, 90, 1000], value=1, label=texts["first"], show_value=True)
    length = mo.ui.slider(1, 10, 1, value=2, label=texts["length"], show_value=True)
    mo.vstack([first, length])
    return first, length


@app.cell
def _(cell, first, lang, texts):
    numbers = first.value + np.arange(11)
    mine, course = (cell_outputs(one, numbers[:-1]) for one in (cell, COURSE))
    both = {texts["yours"]: mine, texts["course"]: course}
    drawn = plots.predictions_by_length(LENGTHS, numbers[1:], both, ax=display.axes(texts["predictions"]))
    said_now = display.guesses(numbers, {texts["says"]: mine, texts["error"]: mine - numbers[1:]}, lang)
    mo.hstack([mo.Html(said_now), page.figure(drawn, texts["alt"], lang)], wrap=True, justify="start", align="start")
    return (numbers,)


@app.cell
def _(cell, lang, texts, trained):
    cells = {texts["yours"]: [cell], texts["course"]: [COURSE]}
    cells |= {texts["seed"].format(seed="0 - 4"): [*trained.values()]} if trained else {}
    curves = plots.weights_and_exact_family(cells, ax=display.axes(texts["family"]))
    page.figure(curves, texts["alt family"], lang)
    return


@app.cell
def _(cell, lang, length, numbers, texts):
    chosen = numbers[: length.value]
    steps = rnn_steps([[[cell.wi]], [[cell.ws]], [cell.b]], chosen, activation="linear", digits=None)
    mo.vstack([mo.md(texts["hand"]), mo.Html(calculation(steps, lang))])
    return (chosen,)


@app.cell
def _(cell, chosen, lang, texts):
    mo.md(texts["network"].format(value=page.number(by_network(cell, chosen), ".9g", lang), right=chosen[-1] + 1))
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(asked, header, lang, texts):
    def answer():
        half, family = exact_cell(2, 0.5), [exact_cell(2, ws) for ws in (-0.5, 0.0, 0.5, 1.0)]
        best = min(family, key=lambda one: errors(one).max())
        said = {name: page.number(x, ".4f", lang) for name, x in (("wi", half.wi), ("b", half.b))}
        said["best"] = "Wi = {:g}, Ws = {:g}, b = {:g}".format(*best)
        rows = [row(f"Ws\N{NO-BREAK SPACE}{page.number(one.ws, 'g', lang)}", one) for one in family]
        table = tables.table(header, rows, lang, spec=",.4f")
        return mo.vstack([mo.md(texts["answer"].format(**said)), mo.Html(table)])

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(train, by_network, errors, lang=lang)
    return


if __name__ == "__main__":
    app.run()
