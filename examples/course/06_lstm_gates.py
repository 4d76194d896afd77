"""LSTM gates: one cell, step by step, each gate's sum in numbers, from the second step on."""

import marimo

app = marimo.App(app_title="LSTM gates")

with app.setup:
    import marimo as mo
    import numpy as np

    from rl_line.course import page, tables
    from rl_line.course.calculations import calculation
    from sequence_tasks import lstm_steps, lstm_trace
    from sequence_tasks.explain import gate_matrices
    from sequence_tasks.explain.cells import CELLS, lstm_cell, lstm_step, lstm_weights, random_cell
    from sequence_tasks.gate_curves import cell_over_time

    TEXTS = {
        "en": {
            "title": "6. LSTM gates",
            "see": "an LSTM of one cell reads a sequence. Three gates f, i, o, from 0 (shut) to 1 (open), decide at "
            "every step what it forgets, lets in and gives out. The page begins at step 2: at step 1 both h and C "
            "are still 0, so the forget gate multiplies nothing.",
            "x": "sequence",
            "wave": "a wave",
            "pulse": "a 1, then zeros",
            "noise": "random numbers",
            "own": "your own",
            "numbers": "your own sequence, 2 to 24 numbers",
            "bad": "**This is no sequence:** write 2 to 24 numbers such as `0.8 -0.5 0.3`.",
            "weights": "weights",
            "remembers the first": "by hand: remembers a first value above 0.4",
            "adds up": "by hand: all gates open, adds up",
            "forgets": "by hand: forget gate shut",
            "random": "random",
            "trained": "trained: say the first of ten numbers",
            "seed": "seed",
            "train": "Train",
            "busy": "TensorFlow is at work",
            "untrained": "Press Train (a few seconds). Until then the weights are random.",
            "loss": "Trained: the mean squared error is {loss}; that of always saying 0 is {zero}.",
            "step": "step",
            "step_1": "**Step 1:** h = 0 and C = 0. The forget gate is f = {f}, but f x 0 = 0: it multiplies nothing. "
            "What is left is C = i C~ = **{let_in}**.",
            "step_n": "**Step {step}:** of the old C = {before}, f = {f} keeps **{kept}**. Of the new C~ = "
            "{candidate}, i = {i} lets in **{let_in}**. Together C = **{C}**; out goes h = {o} tanh(C) = **{h}**.",
            "beyond": "C reaches {most} here. Gates, C~ and h stay within the dashed bounds, but C is a sum: it can "
            "grow by almost 1 at every step.",
            "sum": "weights of the sum",
            "bias": "bias b",
            "keras": "compare with Keras (a few seconds)",
            "difference": "By hand and by Keras with the same weights: the largest difference of h over {count} steps "
            "is **{difference}**.",
            "alt": "Three curves over {count} steps, one below the other: the input; the gates from 0 to 1; C~, C and "
            "h. Step {step} is marked: f {f}, i {i}, o {o}, C {C}, h {h}.",
            "question": "A forget gate has only its bias b, and nothing new comes in. With which b does a value keep "
            "90 % over 10 steps? How much is left with b = 1, where Keras begins? And how many weights has an LSTM of "
            "4 cells with 1 input?",
            "answer": "f^10 = 0.9 means f = 0.9^(1/10) = {f}, so **b = ln(f / (1 - f)) = {b}**; the trace of such a "
            "cell keeps {kept} %. With b = 1, f = {f1} and only **{kept1} %** is left. Weights: four sums, each with "
            "weights for h and x and a bias, 4 (units (units + inputs) + units) = **{count}**; the cell above: {one}.",
        },
        "pt": {
            "title": "6. As portas da LSTM",
            "see": "uma LSTM de uma célula lê uma sequência. A cada passo três portas f, i, o, de 0 (fechada) a 1 "
            "(aberta), decidem o que ela esquece, deixa entrar e deixa sair. A página começa no passo 2: no passo "
            "1 h e C ainda são 0, e a porta de esquecimento não multiplica nada.",
            "x": "sequência",
            "wave": "uma onda",
            "pulse": "um 1, depois zeros",
            "noise": "números aleatórios",
            "own": "a sua",
            "numbers": "a sua sequência, de 2 a 24 números",
            "bad": "**Não é uma sequência:** escreva de 2 a 24 números como `0.8 -0.5 0.3`.",
            "weights": "pesos",
            "remembers the first": "à mão: lembra um primeiro valor acima de 0,4",
            "adds up": "à mão: todas as portas abertas, soma",
            "forgets": "à mão: porta de esquecimento fechada",
            "random": "aleatórios",
            "trained": "treinados: dizer o primeiro de dez números",
            "seed": "semente",
            "train": "Treinar",
            "busy": "O TensorFlow está trabalhando",
            "untrained": "Aperte Treinar (alguns segundos). Até lá os pesos são aleatórios.",
            "loss": "Treinada: o erro quadrático médio é {loss}; o de dizer sempre 0 é {zero}.",
            "step": "passo",
            "step_1": "**Passo 1:** h = 0 e C = 0. A porta de esquecimento é f = {f}, mas f x 0 = 0: não multiplica "
            "nada. O que resta é C = i C~ = **{let_in}**.",
            "step_n": "**Passo {step}:** do C antigo = {before}, f = {f} conserva **{kept}**. Do novo C~ = "
            "{candidate}, i = {i} deixa entrar **{let_in}**. Juntos, C = **{C}**; sai h = {o} tanh(C) = **{h}**.",
            "beyond": "C chega a {most} aqui. As portas, C~ e h ficam dentro dos limites tracejados, mas C é uma "
            "soma: pode crescer quase 1 a cada passo.",
            "sum": "pesos da soma",
            "bias": "viés b",
            "keras": "comparar com o Keras (alguns segundos)",
            "difference": "À mão e pelo Keras com os mesmos pesos: a maior diferença de h em {count} passos é "
            "**{difference}**.",
            "alt": "Três curvas em {count} passos, uma abaixo da outra: a entrada; as portas de 0 a 1; C~, C e h. "
            "O passo {step} está marcado: f {f}, i {i}, o {o}, C {C}, h {h}.",
            "question": "Uma porta de esquecimento tem só o seu viés b, e nada de novo entra. Com qual b um valor "
            "conserva 90 % em 10 passos? Quanto resta com b = 1, onde o Keras começa? E quantos pesos tem uma LSTM de "
            "4 células com 1 entrada?",
            "answer": "f^10 = 0,9 quer dizer f = 0,9^(1/10) = {f}, então **b = ln(f / (1 - f)) = {b}**; a célula "
            "calculada assim conserva {kept} %. Com b = 1, f = {f1} e restam só **{kept1} %**. Pesos: quatro somas, "
            "cada uma com pesos para h e x e um viés, 4 (unidades (unidades + entradas) + unidades) = **{count}**; a "
            "célula acima tem {one}.",
        },
    }


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
