"""LSTM on time windows: what a network that sees a few months knows beyond the last of them."""

import marimo

app = marimo.App(app_title="LSTM on time windows")

with app.setup:
    import marimo as mo
    from matplotlib.figure import Figure

    from rl_line.course import page, tables
    from rl_line.course.texts.windows import TEXTS
    from sequence_tasks import Chain, Differences, Log, MinMax, SequenceTask, Standardise
    from sequence_tasks.evaluation.in_sample import both_parts
    from sequence_tasks.explain.written import written_windows
    from sequence_tasks.plots import forecasts_over_time
    from sequence_tasks.series.embedded import air_passengers

    GUESSES = {"persistence": "persistence", "seasonal naive": "seasonal", "AR(13)": "linear"}


@app.function
def cut(series, length, horizon, kind):
    """The task: windows of so many months, and the next `horizon`; 96 months to learn from, 48 to be judged on."""
    growth = Chain(Log(), Differences(), Standardise())
    transform = {"level": MinMax(), "growth": growth}[kind]  # fitted on the train part alone
    how = {"targets": "path", "train": 96, "validation": 0, "transform": transform}
    return SequenceTask(series, length=length, horizon=horizon, **how)


@app.function
def trained(task, units=4, epochs=100, seed=0):
    """An LSTM that has learned from the windows of the train part, as a forecaster."""
    from sequence_tasks import MODELS, NetworkForecaster, fit_compiled

    windows = task.windows("train")
    model = MODELS["lstm"](windows, units=units, seed=seed)
    fit_compiled(model, windows, epochs=epochs, batch_size=8, seed=seed)
    return NetworkForecaster(task, model)


@app.function
def drawn(series, found, known, names, last_years):
    """Axes of what came and what was forecast, the furthest month of each forecast; `names` by forecaster."""
    axes, ahead = Figure(figsize=(6.2, 4.2), layout="constrained").subplots(), found.test.actual.shape[1] - 1
    paths = {names[name]: found.test.forecasts[name][0][:, -1] for name in ("persistence", *known)}
    how = {"borders": (96, 96), "naive": names["persistence"], "unit": names["unit"], "ax": axes}
    forecasts_over_time(series, paths, origins=found.test.origins + ahead, **how)
    if known:
        seen = found.train.forecasts["network"][0][:, -1]
        axes.plot(found.train.origins + ahead, seen, color="#f5c98b", linewidth=1.2, label=names["seen"])
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False)
    if last_years:
        axes.set_xlim(len(series) - 24.5, len(series) - 0.5)
    return axes


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
def _(lang, texts):
    def _slider(name, low, high, step, value):
        return mo.ui.slider(low, high, step, value=value, label=texts[name], show_value=True)

    length, horizon = _slider("length", 1, 24, 1, 3), _slider("horizon", 1, 12, 1, 1)
    kind = mo.ui.dropdown({texts[n]: n for n in ("level", "growth")}, value=texts["level"], label=texts["kind"])
    units, epochs = _slider("units", 1, 32, 1, 4), _slider("epochs", 10, 300, 10, 100)
    seed, train = _slider("seed", 0, 9, 1, 0), mo.ui.run_button(label=texts["train"])
    zoom, asked = mo.ui.checkbox(label=texts["zoom"]), page.question(lang)
    get_networks, set_networks = mo.state({})
    mo.vstack([length, horizon, kind])
    return asked, epochs, get_networks, horizon, kind, length, seed, set_networks, train, units, zoom


@app.cell
def _(horizon, kind, lang, length, texts):
    series = air_passengers()
    task = cut(series, length.value, horizon.value, kind.value)
    _windows = {part: written_windows(task, part) for part in ("train", "test")}
    _names = dict(zip(_windows, texts["parts"].split("|"), strict=True))
    _places = [("train", 0), ("train", 1), ("train", 2), ("train", -1), ("test", 0), ("test", 1), ("test", -1)]
    _rows = [(*_windows[part][place], _names[part]) for part, place in _places]
    _note = texts["windows"].format(**{part: len(some) for part, some in _windows.items()})
    mo.vstack([mo.Html(tables.table(texts["head"].split("|"), _rows, lang, left=4)), mo.md(_note)])
    return series, task


@app.cell
def _(epochs, seed, train, units, zoom):
    mo.vstack([units, epochs, seed, train, zoom])
    return


@app.cell
def _(epochs, horizon, kind, length, seed, set_networks, task, texts, train, units):
    settings = tuple(control.value for control in (length, horizon, kind, units, epochs, seed))
    if train.value:
        with mo.status.spinner(title=texts["busy"]):
            network = trained(task, units.value, epochs.value, seed.value)
        set_networks(lambda known: {**known, settings: network})
    return (settings,)


@app.cell
def _(get_networks, lang, series, settings, task, texts, zoom):
    known = {"network": get_networks()[settings]} if settings in get_networks() else {}
    found = both_parts(known, task, beside=tuple(GUESSES))
    names = {"network": texts["network"], "unit": texts["unit"], "seen": texts["seen"]}
    names |= {name: texts[text] for name, text in GUESSES.items()}
    rows = []
    for name in (*known, *GUESSES):
        test = found.test[name]
        errors = (found.train.scores[name].rmse, test.mean.rmse, test.mean.mase)
        p = page.probability(test.comparison.p, lang) if test.comparison else ""
        rows.append([names[name], *errors, p])
    note = texts["untrained"]
    if known:
        error = float(((found.test.forecasts["network"][0] - found.test.actual)[:, -1] ** 2).mean() ** 0.5)
        told = {"distance": found.from_last["network"], "error": error}
        note = texts["near"].format(**{name: page.number(value, ".1f", lang) for name, value in told.items()})
        note += " " + texts["repeats" if found.repeats["network"] else "differs"]
    axes = drawn(series, found, known, names, zoom.value)
    alt = texts["alt"].format(errors=", ".join(f"{row[0]} {page.number(row[2], '.2f', lang)}" for row in rows))
    table = tables.table(texts["errors"].format(first=rows[0][0]).split("|"), rows, lang, spec=".2f")
    mo.vstack([page.figure(axes, alt, lang), mo.md(note), mo.Html(table)])
    return


@app.cell
def _(asked, lang, series, texts):
    def answer():
        words = texts["verdicts"].split("|")  # the tests are of guesses
        verdicts = dict(zip(("worse", "better", "no difference"), words, strict=True))
        rows, rmse = [], {}
        for months, sees in mo.status.progress_bar([(3, "level"), (12, "level"), (3, "growth"), (12, "growth")]):
            task = cut(series, months, 1, sees)
            found = both_parts({"LSTM": [trained(task, seed=seed) for seed in range(3)]}, task).test
            tests = [found[name].comparison for name in ("persistence", "seasonal naive")]
            rmse[f"{months} x {texts[sees]}"] = found["LSTM"].mean.rmse
            said = [f"{verdicts[test.verdict]}, p\u00a0{page.probability(test.p, lang)}" for test in tests]
            rows.append([list(rmse)[-1], found["LSTM"].mean.rmse, *said])
        columns = [texts["kind"], "RMSE", texts["persistence"], texts["seasonal"]]
        table = tables.table(columns, rows, lang, spec=".2f")
        told = {"rmse": min(rmse.values()), "linear": found["AR(13)"].mean.rmse}
        told = {name: page.number(value, ".2f", lang) for name, value in told.items()}
        return mo.vstack([mo.Html(table), mo.md(texts["answer"].format(best=min(rmse, key=rmse.get), **told))])

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(cut, trained, lang=lang)
    return


if __name__ == "__main__":
    app.run()
