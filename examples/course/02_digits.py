"""Digits: a dense and a convolutional network of equal size, once more on digits that moved by a pixel."""

import marimo

app = marimo.App(app_title="Digits: MLP against CNN")

with app.setup:
    import marimo as mo
    import numpy as np

    from rl_line.course import page, tables
    from rl_line.course.classifiers.datasets import Labelled, digits, known_digits, moved
    from rl_line.course.classifiers.layer_table import layer_table
    from rl_line.course.classifiers.misread import misread
    from rl_line.course.classifiers.numbers import hidden_units, mean_and_half_width
    from rl_line.course.classifiers.plots import image_tiles
    from rl_line.course.classifiers.predictions import classes, share
    from rl_line.course.texts.digits import TEXTS
    from rl_line.system import start_tensorflow

    start_tensorflow()
    import keras
    from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D


@app.function
def networks(side, filters, pool):
    """A CNN, and an MLP with as many parameters, as nearly as its width allows."""
    convolution = Conv2D(filters, 3, padding="same", activation="relu")
    pooling = [MaxPooling2D(pool)] if pool > 1 else []
    cnn = keras.Sequential([keras.Input((side, side, 1)), convolution, *pooling, Flatten(), Dense(10, "softmax")])
    units = hidden_units(cnn.count_params(), inputs=side * side, outputs=10)
    mlp = keras.Sequential([keras.Input((side, side, 1)), Flatten(), Dense(units, "relu"), Dense(10, "softmax")])
    return {"MLP": mlp, "CNN": cnn}


@app.function
def parts(source, seed=0):
    """Digits to learn from, four fifths of them, and digits for the test."""
    images, labels = digits(source, seed=seed)
    cut = len(images) * 4 // 5
    return Labelled(images[:cut], labels[:cut]), Labelled(images[cut:], labels[cut:])


@app.function
def train(source, filters, pool, seed=0, epochs=15):
    """Of each network: its history, and what it reads in the test digits, in their place and moved [5, n]."""
    keras.utils.set_random_seed(seed)
    learned, test = parts(source, seed)
    found, settings = {}, {"validation_split": 0.2, "epochs": epochs, "batch_size": 128, "verbose": 0}
    for name, model in networks(learned.inputs.shape[1], filters, pool).items():
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(learned.inputs[..., None], learned.labels, **settings).history
        read = [classes(model.predict(images[..., None], verbose=0)) for images in moved(test.inputs).values()]
        found[name] = history, np.stack(read)
    return found


@app.function
def accuracies(read, labels):
    """Share of digits that is read rightly in its place, moved by a pixel, and lost by the move."""
    placed, *others = (share(one, labels) for one in read)
    return {"test": placed, "moved": float(np.mean(others)), "lost": placed - float(np.mean(others))}


@app.function
def losses_by_moving(settings, seeds=5, epochs=15):
    """Points of accuracy that each network loses by the move [seeds]."""
    lost = {"MLP": [], "CNN": []}
    for seed in range(seeds):
        labels = parts(settings[0], seed)[1].labels
        for name, (_, read) in train(*settings, seed=seed, epochs=epochs).items():
            lost[name].append(100 * accuracies(read, labels)["lost"])
    return {name: np.array(values) for name, values in lost.items()}


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
    source = mo.ui.dropdown(known_digits(), value="scikit-learn", label=texts["source"])
    filters = mo.ui.slider(2, 32, 2, value=16, label=texts["filters"], show_value=True)
    pool = mo.ui.slider(steps=[1, 2, 4, 8], value=2, label=texts["pool"], show_value=True)
    start, done = mo.ui.run_button(label=texts["start"]), {}  # by settings
    kind = mo.ui.dropdown(["MLP", "CNN"], value="CNN", label=texts["shown"])
    shift = mo.ui.switch(label=texts["shift"])
    mo.vstack([*([source] if len(known_digits()) > 1 else []), filters, pool])
    return done, filters, kind, pool, shift, source, start


@app.cell
def _(filters, lang, pool, source, start, texts):
    settings, (_learned, test) = (source.value, filters.value, pool.value), parts(source.value)
    _table, agrees = layer_table(networks(test.inputs.shape[1], *settings[1:]), lang)
    _train = len(_learned.labels)
    _numbers = {"train": _train, "kept": _train - int(_train * 0.8), "test": len(test.labels)}
    _split = texts["split"].format(**{name: page.number(count, ",d", lang) for name, count in _numbers.items()})
    digit = mo.ui.slider(1, len(test.labels), value=1, label=texts["digit"], show_value=True)
    mo.vstack([mo.Html(_table), mo.md(f"{agrees} {texts['budget']}\n\n{_split}"), start])
    return agrees, digit, settings, test


@app.cell
def _(done, settings, start, texts):
    if start.value and settings not in done:
        with mo.status.spinner(title=f"{texts['start']} ..."):
            done[settings] = train(*settings)
    found = done.get(settings, {})
    return (found,)


@app.cell
def _(digit, found, lang, test, texts):
    _at, _true = digit.value - 1, test.labels[digit.value - 1]
    _tiles = {arrow: images[0] for arrow, images in moved(test.inputs[_at : _at + 1]).items()}
    _read = np.stack([read[:, _at] for _, read in found.values()], axis=-1) if found else [()] * len(_tiles)
    _titles = [f"{arrow}  {' / '.join(map(str, read))}" for arrow, read in zip(_tiles, _read, strict=True)]
    _told = texts["read" if found else "wait"].format(true=_true)
    mo.vstack([digit, mo.md(_told), page.figure(image_tiles(list(_tiles.values()), _titles), _told, lang)])
    return


@app.cell
def _(found, kind, lang, shift, test, texts):
    mo.stop(not found)
    _rows = [
        [name, history["accuracy"][-1], history["val_accuracy"][-1], *accuracies(read, test.labels).values()]
        for name, (history, read) in found.items()
    ]
    _columns = [texts[key] for key in ("network", "train", "validation", "test", "moved", "lost")]
    mo.vstack([mo.Html(tables.table(_columns, _rows, lang)), kind, shift])
    return


@app.cell
def _(found, kind, lang, shift, test):
    mo.stop(not found)
    _part = slice(1, None) if shift.value else slice(0, 1)
    _images, _read = list(moved(test.inputs).values())[_part], found[kind.value][1][_part]
    _errors = misread(np.concatenate(_images), np.tile(test.labels, len(_read)), _read.ravel(), lang)
    _figure = page.figure(_errors.axes, _errors.text, lang) if _errors.axes else None
    mo.vstack([mo.Html(_errors.counts), mo.md(_errors.text), _figure])
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(agrees, asked, done, lang, settings, texts):
    def answer():
        key = ("seeds", *settings)
        if key not in done:
            with mo.status.spinner(title=f"{texts['start']} ..."):
                done[key] = losses_by_moving(settings)
        lost = done[key]
        less, half = mean_and_half_width(lost["MLP"] - lost["CNN"])
        numbers = {"mlp": lost["MLP"].mean(), "cnn": lost["CNN"].mean(), "less": less, "half": half}
        told = {name: page.number(value, ".1f", lang) for name, value in numbers.items()}
        verdict = texts["yes" if less > half else "no"]
        return mo.md(texts["answer"].format(seeds=len(lost["MLP"]), verdict=verdict, agrees=agrees, **told))

    _code = page.code(networks, parts, train, accuracies, losses_by_moving, lang=lang)
    mo.vstack([page.exercise(texts["question"], asked, answer, lang), _code])
    return


if __name__ == "__main__":
    app.run()
