"""Keras review: a network built in three ways and compiled for three tasks, and lines of Keras 2 that fail today."""

import marimo

app = marimo.App(app_title="Keras review")

with app.setup:
    import marimo as mo

    from rl_line.course import calculations, page
    from rl_line.course.classifiers import keras2, predictions
    from rl_line.course.classifiers.datasets import arms
    from rl_line.course.classifiers.plots import drawn_answers, plane
    from rl_line.course.texts.keras import TEXTS
    from rl_line.system import start_tensorflow

    start_tensorflow()
    import keras
    from keras.layers import Dense


@app.function
def as_list(units, activation):
    """From a list."""
    layers = [keras.Input((2,)), Dense(units, activation), Dense(3, "softmax")]
    return keras.Sequential(layers)


@app.function
def by_add(units, activation):
    """By .add, layer after layer."""
    model = keras.Sequential()
    model.add(keras.Input((2,)))
    model.add(Dense(units, activation))
    model.add(Dense(3, "softmax"))
    return model


@app.function
def functional(units, activation):
    """Functional, with a second output."""
    inputs = keras.Input((2,))
    hidden = Dense(units, activation)(inputs)
    outputs = {"arm": Dense(3, "softmax")(hidden), "distance": Dense(1)(hidden)}
    return keras.Model(inputs, outputs)


@app.function
def within_a_tenth(targets, outputs):
    """A metric of one's own: the share of numbers less than 0.1 off."""
    near = keras.ops.abs(targets - outputs) < 0.1
    return keras.ops.mean(keras.ops.cast(near, "float32"))


@app.function
def compiled(task, units, activation):
    """A network with the output, the loss and the metric of its task."""
    if task == "both":
        model = functional(units, activation)
        loss = {"arm": "sparse_categorical_crossentropy", "distance": "mse"}
        metrics = {"arm": "accuracy", "distance": within_a_tenth}
    else:
        many = (Dense(3, "softmax"), "sparse_categorical_crossentropy", "accuracy")
        two = (Dense(1, "sigmoid"), "binary_crossentropy", "accuracy")
        number = (Dense(1, "linear"), "mse", within_a_tenth)
        output, loss, *metrics = {"many": many, "two": two, "number": number}[task]
        model = keras.Sequential([keras.Input((2,)), Dense(units, activation), output])
    model.compile(keras.optimizers.Adam(0.05), loss=loss, metrics=metrics)
    return model


@app.function
def examples(task, seed=0):
    """Points and their arms; their distances from the middle, in a column as the output is one; or both."""
    points, arm = arms(2 if task == "two" else 3, turn=4.0, seed=seed)
    targets = {"arm": arm, "distance": (points**2).sum(axis=1, keepdims=True) ** 0.5}
    return points, {"number": targets["distance"], "both": targets}.get(task, arm)


@app.function
def train(task, units, activation, epochs=100):
    """A network, its history, and its answers in the plane before training and after each epoch."""
    keras.utils.set_random_seed(0)
    model, (points, targets) = compiled(task, units, activation), examples(task)
    seen = [model.predict_on_batch(plane())]
    look = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: seen.append(model.predict_on_batch(plane())))
    fitted = model.fit(points, targets, batch_size=100, epochs=epochs, verbose=0, callbacks=[look])
    return model, fitted.history, seen


@app.function
def answers(epochs=20):
    """Numbers of the exercise."""
    (x, labels), (model, _, _) = examples("many"), train("many", 16, "tanh", epochs)
    sparse, accuracy = model.evaluate(x, labels, verbose=0)
    outputs, loss = model.predict(x, verbose=0), keras.losses.CategoricalCrossentropy()
    right, one_hot = (outputs.argmax(axis=-1) == labels).mean(), loss(keras.utils.to_categorical(labels), outputs)
    mixed = calculations.output(keras2.outcome("loss(labels, outputs)", loss=loss, labels=labels, outputs=outputs))
    counted = f"{as_list(16, 'tanh').count_params()}, {functional(16, 'tanh').count_params()}"
    told = {"list": 3 * 16 + 17 * 3, "two": 3 * 16 + 17 * 3 + 17, "counted": counted, "mixed": mixed}
    return told | {"sparse": sparse, "one_hot": float(one_hot), "share": float(right), "accuracy": accuracy}


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
    def listed(values):
        return ", ".join(f"`{name}` {page.number(value, '.3f', lang)}" for name, value in values.items())

    tasks = {texts[name]: name for name in ("many", "two", "number", "both")}
    task = mo.ui.dropdown(tasks, value=texts["many"], label=texts["task"])
    units = mo.ui.slider(1, 32, value=16, label=texts["units"], show_value=True)
    activation = mo.ui.dropdown(["tanh", "relu", "linear"], value="tanh", label=texts["activation"])
    start = mo.ui.run_button(label=texts["train"])
    epoch = mo.ui.slider(0, 100, value=100, label=texts["epoch"], show_value=True)
    threshold = mo.ui.slider(0.0, 1.0, 0.05, value=0.5, label=texts["threshold"], show_value=True)
    done = {}  # by settings
    mo.vstack([task, units, activation, start])
    return activation, done, epoch, listed, start, task, threshold, units


@app.cell
def _(activation, done, start, task, texts, units):
    settings = (task.value, units.value, activation.value)
    if start.value and settings not in done:
        with mo.status.spinner(title=f"{texts['train']} ..."):
            done[settings] = train(*settings)
    model, history, seen = done.get(settings) or train(*settings, epochs=0)
    return history, model, seen


@app.cell
def _(epoch, history, lang, listed, seen, task, texts):
    _at = epoch.value if history else 0
    _scores = listed({name: values[_at - 1] for name, values in history.items()})
    _told = mo.md(texts["fit"].format(scores=_scores) if _at else texts["untrained"])
    _drawn = drawn_answers(seen[_at], *examples(task.value), number=texts["distance"])
    _figures = [page.figure(axes, texts["alt"], lang) for axes in _drawn]
    mo.vstack([*([epoch] if history else []), _told, *_figures])
    return


@app.cell
def _(lang, listed, model, task, texts, threshold):
    _points, _true = examples(task.value, seed=1)
    _scores = listed(model.evaluate(_points, _true, batch_size=100, verbose=0, return_dict=True))
    _outputs = model.predict(_points, verbose=0)
    _table, _told = predictions.told(_points, _outputs, _true, threshold=threshold.value, lang=lang)
    _judged = mo.md(texts["judged"].format(count=len(_points), scores=_scores))
    mo.vstack([_judged, mo.Html(_table), *([threshold] if task.value == "two" else []), mo.md(_told)])
    return


@app.cell
def _(lang, texts):
    _old = keras2.today(lang, keras=keras, model=as_list(16, "tanh"), x=plane(2))
    mo.md("\n\n".join([texts["told"], page.source(as_list, by_add, functional, compiled, within_a_tenth), _old]))
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(asked, lang, texts):
    def answer():
        with mo.status.spinner(title=f"{texts['train']} ..."):
            found = {k: page.number(v, ".4f", lang) if isinstance(v, float) else v for k, v in answers().items()}
        return mo.md(texts["answer"].format(**found))

    mo.vstack([page.exercise(texts["question"], asked, answer, lang), page.code(examples, train, lang=lang)])
    return


if __name__ == "__main__":
    app.run()
