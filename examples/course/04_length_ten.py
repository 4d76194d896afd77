"""Length ten, and four cells with a Dense layer: where a longer window helps, and how four numbers become an answer."""

import marimo

app = marimo.App(app_title="Length ten; four cells and Dense(1)")

with app.setup:
    import marimo as mo
    import numpy as np

    import sequence_tasks
    from rl_line.course import page, tables
    from rl_line.course.calculations import calculation
    from rl_line.course.sequences import display
    from rl_line.course.texts.length_ten import TEXTS
    from sequence_tasks import MinMax, SequenceTask, plots, rnn_steps, rnn_trace
    from sequence_tasks.explain import COURSE, cell_outputs, errors_by_length
    from sequence_tasks.forecaster import next_value
    from sequence_tasks.series.counting import integers

    LENGTHS = range(1, 13)
    WAYS = {"one, two": (1, 2, "ahead"), "one, ten": (1, 10, "ahead")}
    WAYS |= {"four, ten": (4, 10, "ahead"), "four, each": (4, 10, "every")}


@app.function
def train(cells, length, targets, *, seed, activation="linear", epochs=600):
    """Predictions, for any integers, of a network trained on so many at a time, and its weights."""
    how = {"targets": targets, "train": 101, "validation": 0, "transform": MinMax()}
    task = SequenceTask(integers(0, 100), length=length, **how)
    windows = task.windows("train")
    if cells == 1:
        model = sequence_tasks.MODELS["simple_rnn_one_cell"](windows, seed=seed, recurrent="orthogonal")
    else:
        model = sequence_tasks.MODELS["simple_rnn_four_cells"](windows, seed=seed, activation=activation)
    sequence_tasks.fit_compiled(model, windows, epochs=epochs, batch_size=5, learning_rate=0.05, seed=seed)
    return next_value(task, model), model.get_weights()


@app.function
def guesses(predict, first):
    """The guess after first, the one after first, first + 1, and so on for every length."""
    return [float(predict(first + np.arange(length)[None])[0]) for length in LENGTHS]


@app.function
def compared(trained, lang):
    """The cells trained on two and on ten: their largest errors at ten, and the lengths at which either is better."""
    two, ten = (errors_by_length(trained[name][0], LENGTHS) for name in ("one, two", "one, ten"))
    sides = {"better": ten < two, "worse": ten >= two}
    said = {name: ", ".join(str(length) for length in LENGTHS if side[length - 1]) for name, side in sides.items()}
    return said | {"two": page.number(two[9], ",.2f", lang), "ten": page.number(ten[9], ",.2f", lang)}


@app.function
def by_hand(weights, numbers, activation):
    """Every multiplication of a network that sees hundredths, its last output, and that in integers."""
    scale = MinMax().fit(np.array([[0.0], [100.0]]))
    seen = scale.forward(np.array(numbers, float)[:, None])
    y = rnn_trace(weights, seen, activation=activation).y[-1]
    return rnn_steps(weights, seen, activation=activation, digits=4), float(y[0]), float(scale.inverse(y, y)[0])


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
    seed = mo.ui.slider(0, 9, 1, label=texts["seed"], show_value=True)
    activation = mo.ui.dropdown(["linear", "tanh"], value="linear", label=texts["activation"])
    train_now = mo.ui.run_button(label=texts["train"])
    get_known, set_known = mo.state({})
    first = mo.ui.slider(0, 88, 1, value=5, label=texts["first"], show_value=True)
    mo.vstack([seed, activation, train_now, first])
    return activation, first, get_known, seed, set_known, train_now


@app.cell
def _(activation, get_known, seed, set_known, texts, train_now):
    if train_now.value:
        with mo.status.spinner(title=texts["training"]):
            how = {"seed": seed.value, "activation": activation.value}
            found = {name: train(*way, **how) for name, way in WAYS.items()}
            set_known(get_known() | {(seed.value, activation.value): found})
    return


@app.cell
def _(activation, first, get_known, lang, seed, texts):
    trained = get_known().get((seed.value, activation.value), {})
    numbers = first.value + np.arange(13)
    columns = {texts[name]: guesses(predict, numbers[0]) for name, (predict, _) in trained.items()}
    columns = columns or {texts["course"]: cell_outputs(COURSE, numbers[:-1])}
    drawn = plots.predictions_by_length(LENGTHS, numbers[1:], columns, ax=display.axes(texts["predictions"]))
    note = mo.md(texts["verdict"].format(**compared(trained, lang)) if trained else texts["before"])
    said = mo.Html(display.guesses(numbers, columns, lang, ",.2f"))
    mo.vstack([note, said, page.figure(drawn, texts["alt"], lang)])
    return numbers, trained


@app.cell
def _(lang, texts):
    model = sequence_tasks.MODELS["simple_rnn_four_cells"](sequence_tasks.windows(np.arange(11.0), length=10))
    named = zip(("Wi", "Ws", "b", "V", "c"), model.get_weights(), strict=True)
    rows = [[name, str(weight.shape), weight.size] for name, weight in named]
    rows.append([texts["sum"], "", model.count_params()])
    table = mo.Html(tables.table(["", texts["shape"], texts["count"]], rows, lang))
    mo.vstack([mo.md(texts["why"]), display.summary(model), table])
    return


@app.cell
def _(texts):
    options = {texts[name]: name for name in WAYS}
    which = mo.ui.dropdown(options, value=texts["four, each"], label=texts["by hand"])
    length = mo.ui.slider(1, 12, 1, value=4, label=texts["length"], show_value=True)
    return length, which


@app.cell
def _(activation, lang, length, numbers, texts, trained, which):
    mo.stop(not trained)
    predict, weights = trained[which.value]
    chosen = numbers[: length.value]
    steps, y, value = by_hand(weights, chosen, activation.value if len(weights) == 5 else "linear")
    back = {"y": (y, ".4f"), "value": (value, ",.2f"), "network": (float(predict(chosen[None])[0]), ",.2f")}
    back = {name: page.number(*number, lang) for name, number in back.items()}
    shown = [mo.Html(calculation(steps, lang)), mo.md(texts["back"].format(right=chosen[-1] + 1, **back))]
    mo.vstack([which, length, mo.md(texts["hand"]), *shown])
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(asked, lang, texts):
    def answer():
        with mo.status.spinner(title=texts["training"]):
            found = {name: train(4, 10, name, seed=0) for name in ("ahead", "every")}
        said = {name: by_hand(weights, [5, 6, 7, 8], "linear")[2] for name, (_, weights) in found.items()}
        error = page.number(abs(said["every"] - 9), ".1g", lang)
        texts_of = {name: page.number(value, ".2f", lang) for name, value in said.items()}
        count = sum(weight.size for weight in found["every"][1])
        return mo.md(texts["answer"].format(count=count, error=error, **texts_of))

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(train, guesses, by_hand, lang=lang)
    return


if __name__ == "__main__":
    app.run()
