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
    from sequence_tasks import MinMax, SequenceTask, plots
    from sequence_tasks.explain import Cell, cell_outputs, errors_by_length, exact_cell
    from sequence_tasks.feeds import padded
    from sequence_tasks.series.counting import integers

    TRAINED, LENGTHS, WAYS, STARTS = range(1, 6), range(1, 21), ("buckets", "padding"), ("orthogonal", "zeros")
    MASK = -8.0  # in the network's hundredths; all integers lie between 0 and 1 there
    TEXTS = {
        "en": {
            "title": "5. Variable lengths",
            "see": "one cell that is to be right at every length learns from inputs of 1 to 5 integers. A batch holds "
            "inputs of one length, or of all, the short ones padded behind a mask. What decides: the way, the first "
            "weight, the seed?",
            "mask": "## What a mask does\n\nThis cell (Ws = 0.5) is right after {count} integers; the input is padded "
            "to 6 steps. A masked step leaves the state as it is. Without a mask the padding is read as integers.",
            "first": "first integer",
            "count": "how many integers",
            "value": "mask value",
            "nowhere": "-800, which no integer is",
            "also": "0, which is an integer too",
            "states": "step|input|state with mask|state without",
            "ends": "The last state is the answer: **{with_mask}** with the mask, {without} without. Right is {right}.",
            "train": "## The same training both ways\n\nThe same first weights and as many batches of about 98 inputs. "
            "Keras' own first recurrent weight is orthogonal: for one cell that is the number +1 or -1, so the cell "
            "begins by adding up all it sees, or by alternating.",
            "recurrent": "first recurrent weight",
            "orthogonal": "orthogonal (+1 or -1)",
            "zeros": "zero",
            "seeds": "seeds",
            "go": "Train both ways",
            "training": "{count} cells learn ...",
            "press": "**Press the button**: nothing is trained yet with these settings.",
            "epochs": "epochs of 5 batches",
            "buckets": "buckets",
            "padding": "padding and mask",
            "columns": "seed|first Ws|largest error, buckets|largest error, padding",
            "figure": "{start}: each line is a seed",
            "alt": "Largest error at lengths 1 to 20 of {count} seeds; {right} stay below 0.5 everywhere.",
            "right": "**Right when rounded at all lengths from 1 to 20:** {buckets} of {count} seeds by buckets, "
            "{padding} by padding and mask. (Trained were 1 to 5. Errors below 0.0001 are drawn at 0.0001.)",
            "question": "After 100 epochs, how many of ten seeds are right (when rounded) at all lengths from 1 to 20, "
            "if the first recurrent weight is orthogonal, and if it is zero?",
            "answer": "Of the seeds 0 to 9: {table}The first weight decides more than the way to make batches.",
            "part": "first weight {start}: **{buckets}** by buckets and **{padding}** by padding.",
        },
        "pt": {
            "title": "5. Tamanhos variáveis",
            "see": "uma célula que deve acertar em todos os tamanhos aprende com entradas de 1 a 5 inteiros. Um lote "
            "tem entradas de um só tamanho, ou de todos, as curtas preenchidas atrás de uma máscara. O que decide: o "
            "modo, o primeiro peso, a semente?",
            "mask": "## O que faz uma máscara\n\nEsta célula (Ws = 0,5) acerta depois de {count} inteiros; a entrada é "
            "preenchida até 6 passos. Um passo com máscara deixa o estado como está. Sem máscara, o preenchimento é "
            "lido como inteiros.",
            "first": "primeiro inteiro",
            "count": "quantos inteiros",
            "value": "valor da máscara",
            "nowhere": "-800, que nenhum inteiro é",
            "also": "0, que também é um inteiro",
            "states": "passo|entrada|estado com máscara|estado sem",
            "ends": "O último estado é a resposta: **{with_mask}** com a máscara, {without} sem. O certo é {right}.",
            "train": "## O mesmo treino dos dois modos\n\nOs mesmos primeiros pesos e igual número de lotes de umas 98 "
            "entradas. O primeiro peso recorrente do Keras é ortogonal: numa só célula é o número +1 ou -1, e ela "
            "começa somando tudo o que vê, ou alternando.",
            "recurrent": "primeiro peso recorrente",
            "orthogonal": "ortogonal (+1 ou -1)",
            "zeros": "zero",
            "seeds": "sementes",
            "go": "Treinar dos dois modos",
            "training": "{count} células aprendem ...",
            "press": "**Aperte o botão**: ainda não há treino com esta escolha.",
            "epochs": "épocas de 5 lotes",
            "buckets": "lotes de um tamanho",
            "padding": "preenchimento e máscara",
            "columns": "semente|primeiro Ws|maior erro, lotes|maior erro, preenchimento",
            "figure": "{start}: cada linha é uma semente",
            "alt": "Maior erro nos tamanhos 1 a 20 de {count} sementes; {right} ficam abaixo de 0,5 em toda parte.",
            "right": "**Certas ao arredondar em todos os tamanhos de 1 a 20:** {buckets} de {count} sementes com lotes "
            "de um tamanho, {padding} com preenchimento e máscara. (Treinados foram 1 a 5. Erros abaixo de 0,0001 "
            "são desenhados em 0,0001.)",
            "question": "Depois de 100 épocas, quantas de dez sementes acertam (ao arredondar) em todos os tamanhos de "
            "1 a 20, se o primeiro peso recorrente for ortogonal, e se for zero?",
            "answer": "Das sementes 0 a 9: {table}O primeiro peso decide mais do que o modo de fazer os lotes.",
            "part": "primeiro peso {start}: **{buckets}** com lotes de um tamanho e **{padding}** com preenchimento.",
        },
    }


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
