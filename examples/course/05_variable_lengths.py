"""Variable lengths: buckets of one length, padding behind a mask, and the first recurrent weight that decides."""

import marimo

app = marimo.App(app_title="Variable lengths")

with app.setup:
    from functools import cache

    import marimo as mo
    import numpy as np

    import sequence_tasks
    from rl_line.course import page, tables
    from rl_line.course.sequences import display
    from rl_line.course.texts.variable_lengths import TEXTS
    from sequence_tasks import MinMax, SequenceTask, plots
    from sequence_tasks.explain import Cell, cell_outputs, errors_by_length, exact_cell
    from sequence_tasks.feeds import padded
    from sequence_tasks.series.counting import integers

    TRAINED, LENGTHS, WAYS, STARTS = range(1, 6), range(1, 21), ("buckets", "padding"), ("orthogonal", "zeros")
    MASK = -8.0  # in the network's hundredths; all integers lie between 0 and 1 there


@app.function
def train(way, recurrent, seed, epochs):
    """A cell before and after a training on inputs of 1 to 5 integers, in one of the two ways."""
    how = {"train": 101, "validation": 0, "transform": MinMax()}
    several = [SequenceTask(integers(0, 100), length=length, **how).windows("train") for length in TRAINED]
    start, settings = {"seed": seed, "recurrent": recurrent}, {"epochs": epochs, "learning_rate": 0.1, "seed": seed}
    if way == "buckets":
        model = sequence_tasks.MODELS["simple_rnn_one_cell"](several[0], **start)
        before = model.get_weights()
        sequence_tasks.fit_buckets(model, several, batch_size=100, **settings)
    else:
        model = sequence_tasks.MODELS["simple_rnn_variable_length"](several[0], mask_value=MASK, **start)
        before = model.get_weights()
        sequence_tasks.fit_compiled(model, tuple(padded(several, mask_value=MASK)), batch_size=98, **settings)
    return [Cell(wi.item(), ws.item(), 100 * b.item()) for wi, ws, b in (before, model.get_weights())]


@app.function
def errors(cells):
    """Largest error of each cell at each length, with integers from 0 to 100: [cells, lengths]."""
    return [errors_by_length(lambda inputs, cell=cell: cell_outputs(cell, inputs)[:, -1], LENGTHS) for cell in cells]


@app.function
def states(cell, inputs, mask=None):
    """State after each step; one that holds the mask value leaves the state as it is."""
    state, found = 0.0, []
    for x in inputs:
        if x != mask:
            state = cell.wi * x + cell.ws * state + cell.b
        found.append(state)
    return found


@app.function
def count_right(cells):
    """Number of cells that are right when rounded at every length."""
    return sum(bool(wrong.max() < 0.5) for wrong in errors(cells))


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
    first = mo.ui.slider(0, 9, 1, value=5, label=texts["first"], show_value=True)
    count = mo.ui.slider(1, 5, 1, value=4, label=texts["count"], show_value=True)
    masks = {texts["nowhere"]: 100 * MASK, texts["also"]: 0.0}
    mask = mo.ui.dropdown(masks, value=texts["nowhere"], label=texts["value"])
    return count, first, mask


@app.cell
def _(count, first, lang, mask, texts):
    cell, numbers = exact_cell(count.value, 0.5), first.value + np.arange(count.value)
    seen = [*map(float, numbers), *[mask.value] * (6 - len(numbers))]
    masked, plain = states(cell, seen, mask.value), states(cell, seen)
    rows = [[t, f"{x:g}", *both] for t, (x, *both) in enumerate(zip(seen, masked, plain, strict=True), start=1)]
    with_mask, without = (page.number(found[-1], ",.3f", lang) for found in (masked, plain))
    ends = texts["ends"].format(right=numbers[-1] + 1, with_mask=with_mask, without=without)
    told = mo.Html(tables.table(texts["states"].split("|"), rows, lang, left=0))
    mo.vstack([mo.md(texts["mask"].format(count=count.value)), first, count, mask, told, mo.md(ends)])
    return


@app.cell
def _(texts):
    recurrent = mo.ui.radio({texts[name]: name for name in STARTS}, value=texts["orthogonal"], label=texts["recurrent"])
    seeds = mo.ui.slider(2, 20, 1, value=6, label=texts["seeds"], show_value=True)
    epochs = mo.ui.dropdown({str(k): k for k in (50, 100, 200, 400)}, value="100", label=texts["epochs"])
    go = mo.ui.run_button(label=texts["go"])
    get_done, set_done = mo.state({})
    cached = cache(train)
    mo.vstack([mo.md(texts["train"]), recurrent, seeds, epochs, go])
    return cached, epochs, get_done, go, recurrent, seeds, set_done


@app.cell
def _(cached, epochs, get_done, go, recurrent, seeds, set_done, texts):
    chosen = (recurrent.value, seeds.value, epochs.value)
    if go.value:
        with mo.status.spinner(title=texts["training"].format(count=2 * seeds.value)):
            each = {way: [cached(way, chosen[0], seed, chosen[2]) for seed in range(chosen[1])] for way in WAYS}
        set_done(get_done() | {chosen: each})
    return (chosen,)


@app.cell
def _(chosen, get_done, lang, recurrent, seeds, texts):
    done = get_done().get(chosen)
    mo.stop(done is None, mo.md(texts["press"]))
    wrong = {way: np.array(errors([last for _, last in done[way]])) for way in WAYS}
    right = {way: count_right([last for _, last in done[way]]) for way in WAYS}
    starts = [before.ws for before, _ in done["buckets"]]
    lines = [[k, ws, *(wrong[way][k].max() for way in WAYS)] for k, ws in enumerate(starts)]
    figures = []
    for way in WAYS:
        axes = display.axes(texts["figure"].format(start=texts[recurrent.value]))
        drawn = plots.error_by_length(LENGTHS, {texts[way]: wrong[way]}, floor=1e-4, ax=axes)
        drawn.set(xscale="linear", xlim=(0.5, 20.5), ylim=(5e-5, 2e3))
        drawn.set_xticks([1, 5, 10, 15, 20], [1, 5, 10, 15, 20])
        figures.append(page.figure(drawn, texts["alt"].format(count=seeds.value, right=right[way]), lang))
    sentence = mo.md(texts["right"].format(count=seeds.value, **right))
    table = tables.table(texts["columns"].split("|"), lines, lang, spec=",.4f", left=0)
    mo.vstack([sentence, mo.Html(table), *figures])
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(asked, cached, lang, texts):
    def answer():
        parts = []
        with mo.status.spinner(title=texts["training"].format(count=40)):
            for start in STARTS:
                ends = {way: [cached(way, start, seed, 100)[1] for seed in range(10)] for way in WAYS}
                said = {way: count_right(cells) for way, cells in ends.items()}
                parts.append("\n- " + texts["part"].format(start=texts[start], **said))
        return mo.md(texts["answer"].format(table="".join(parts) + "\n\n"))

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(train, errors, states, lang=lang)
    return


if __name__ == "__main__":
    app.run()
