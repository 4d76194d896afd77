"""Is my agent right? Puts a bug into one line of an agent, looks at what it learns, and asks the checkup."""

import marimo

app = marimo.App(app_title="Is my agent right?")

with app.setup:
    import inspect
    from functools import partial

    import gymnasium
    import marimo as mo
    import numpy as np

    from agents import checkup
    from rl_line import dp
    from rl_line.course import page
    from rl_line.course.agents import pictures, plain, typed
    from rl_line.course.agents.three_lines import BUGS, RIGHT, leads_to, train

    TEXTS = {
        "en": {
            "title": "10. Is my agent right?",
            "see": "an agent of three lines. Choose a bug, or write your own into its line: the table that it learns "
            "stands beside the exact one. Then the checkup says, without having seen the line, what is wrong.",
            "bug": "the bug",
            "none": "no bug",
            "terminal-bootstrap": "goes on from the end",
            "truncation-as-termination": "takes a time limit for the end",
            "episodes-stitched": "goes on from the next start",
            "done-inverted": "stops everywhere but at the end",
            "terminal-reward-overridden": "puts -10 for the last reward",
            "wrong-gamma": "has another gamma",
            "gamma-zero": "forgets what follows",
            "reward-clipped": "cuts rewards off at 1",
            "reward-shifted": "learns the reward before",
            "min-for-max": "takes the worst action that follows",
            "mean-for-max": "takes the mean action that follows",
            "observation-aliased": "takes the state for the next",
            "max-over-wrong-axis": "takes the best of all states",
            "epsilon-inverted": "explores when it should not",
            "argmin-policy": "does what it likes least",
            "target": "moves Q towards",
            "explores": "explores with probability",
            "prefers": "does what has the most of",
            "start": "table at the start",
            "limit": "time limit, in steps",
            "told": "Marked cells are off by more than 0.5 after 10,000 steps with gamma 0.8 and epsilon 0.3. In the "
            "last half of them **{strayed:.1f} %** of its actions were not the best by its own table (15 % is right). "
            "Asked for its best it goes **{path}**.",
            "hidden": "Some bugs hide: going on from the end shows only in a table that did not start from 0, and a "
            "time limit matters only if it is short.",
            "ask": "Ask the checkup",
            "mistake": "**This does not work:** `{text}`",
            "right": "right would be",
            "yours": "## Your own agent\n\nThis is an agent in plain Python. Write your own in its place: a function "
            "`train` that returns a table, a network or an object with `act`. It runs on this machine alone.",
            "own": "your function",
            "check": "Check my agent",
            "question": "Which table does the line lead to, if it is followed for ever? Work out a bug by hand before "
            "you look: every cell rests where it is the mean of what it moves towards.",
            "answer": "The table where nothing moves any more, beside what was learned. They differ by {off:.3f} at "
            "most.",
            "rests": "at rest",
        },
        "pt": {
            "title": "10. Meu agente está certo?",
            "see": "um agente de três linhas. Escolha um erro, ou escreva o seu na linha: a tabela que ele aprende "
            "fica ao lado da exata. Depois o exame diz, sem ter visto a linha, o que está errado.",
            "bug": "o erro",
            "none": "nenhum erro",
            "terminal-bootstrap": "continua a partir do fim",
            "truncation-as-termination": "toma um limite de tempo pelo fim",
            "episodes-stitched": "continua no próximo início",
            "done-inverted": "para em todo lugar, menos no fim",
            "terminal-reward-overridden": "põe -10 como última recompensa",
            "wrong-gamma": "tem outro gama",
            "gamma-zero": "esquece o que segue",
            "reward-clipped": "corta recompensas em 1",
            "reward-shifted": "aprende a recompensa anterior",
            "min-for-max": "toma a pior ação seguinte",
            "mean-for-max": "toma a média das ações seguintes",
            "observation-aliased": "toma o estado pelo próximo",
            "max-over-wrong-axis": "toma o melhor de todos os estados",
            "epsilon-inverted": "explora quando não devia",
            "argmin-policy": "faz o que menos prefere",
            "target": "move Q em direção a",
            "explores": "explora com probabilidade",
            "prefers": "faz o que tem mais de",
            "start": "tabela no início",
            "limit": "limite de tempo, em passos",
            "told": "As células marcadas erram mais de 0,5 depois de 10.000 passos com gama 0,8 e épsilon 0,3. Na "
            "última metade deles, **{strayed:.1f} %** das ações não foram as melhores pela própria tabela (o certo é "
            "15 %). Quando se pede o seu melhor, ele vai **{path}**.",
            "hidden": "Alguns erros se escondem: continuar a partir do fim só aparece em uma tabela que não começou em "
            "0, e um limite de tempo só importa se for curto.",
            "ask": "Perguntar ao exame",
            "mistake": "**Isto não funciona:** `{text}`",
            "right": "o certo seria",
            "yours": "## O seu próprio agente\n\nEste é um agente em Python puro. Escreva o seu no lugar: uma função "
            "`train` que devolve uma tabela, uma rede ou um objeto com `act`. Ela roda só nesta máquina.",
            "own": "sua função",
            "check": "Examinar meu agente",
            "question": "A que tabela a linha leva, se for seguida para sempre? Calcule um erro à mão antes de olhar: "
            "cada célula repousa onde é a média daquilo em direção a que se move.",
            "answer": "A tabela em que nada mais se move, ao lado do que foi aprendido. Elas diferem em no máximo "
            "{off:.3f}.",
            "rests": "em repouso",
        },
    }


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
    names = ["none", "terminal-bootstrap", "truncation-as-termination", "episodes-stitched", "done-inverted"]
    names += ["terminal-reward-overridden", "wrong-gamma", "gamma-zero", "reward-clipped", "reward-shifted"]
    names += ["min-for-max", "mean-for-max", "observation-aliased", "max-over-wrong-axis", "epsilon-inverted"]
    names = {texts[name]: name for name in [*names, "argmin-policy"]}
    bug = mo.ui.dropdown(names, value=texts["terminal-bootstrap"], label=texts["bug"])
    start = mo.ui.slider(0, 10, 1, value=5, label=texts["start"], show_value=True)
    limit = mo.ui.slider(steps=(3, 4, 5, 10, 100), value=100, label=texts["limit"], show_value=True)
    ask, check = mo.ui.run_button(label=texts["ask"]), mo.ui.run_button(label=texts["check"])
    source = inspect.getsource(plain).partition("\n\n")[2]
    own = mo.ui.text_area(source, rows=source.count("\n") + 1, label=texts["own"], full_width=True)
    asked = page.question(lang)
    return ask, asked, bug, check, limit, own, start


@app.cell
def _(bug, texts):
    part, written = next(iter((BUGS[bug.value] or RIGHT).items()))
    labels = {name: texts[name] for name in ("target", "explores", "prefers")}
    line = mo.ui.text(written, label=labels[part], full_width=True)
    return line, part


@app.cell
def _(bug, lang, limit, line, part, start, texts):
    env, settings = gymnasium.make("RewardLine-v0", max_episode_steps=limit.value), {"gamma": 0.8, part: line.value}
    agent, exact, named = None, dp.policy_iteration(env, 0.8).q[:3], pictures.WORDS[lang]
    try:
        with typed.mistakes(lang):
            agent = train(env, steps=10_000, seed=0, start=start.value, **settings)
            along = pictures.path(env.unwrapped.mdp, agent.act)
    except typed.TypedError as mistake:
        shown = [mo.md(texts["mistake"].format(text=mistake))]
    else:
        tables = {named["learned"]: agent.q[:3], named["exact"]: exact}
        table = mo.Html(pictures.table(lang, wrong=np.abs(agent.q[:3] - exact) > 0.5, **tables))
        told = page.told(texts["told"], lang, strayed=100 * agent.strayed, path=along)
        shown = [table, told, mo.md(texts["hidden"])]
    mo.vstack([bug, line, mo.md(f"{texts['right']} `{RIGHT[part]}`"), start, limit, *shown])
    return agent, env, settings


@app.cell
def _(lang, texts):
    def judged(given, **options):
        """The verdict on what gives a training function, or the mistake in it."""
        try:
            with mo.status.spinner(), typed.mistakes(lang):
                return page.verdict(checkup(given(), budget=10, **options), lang)
        except typed.TypedError as mistake:
            return mo.md(texts["mistake"].format(text=mistake))

    return (judged,)


@app.cell
def _(agent, ask, judged, line, part, start):
    asking = ask.value and agent is not None
    given = {part: line.value, "start": start.value}
    verdict = [judged(lambda: partial(train, **given), epsilon=0.3)] if asking else []
    mo.vstack([ask, *verdict])
    return


@app.cell
def _(check, judged, lang, own, texts):
    result = [judged(lambda: typed.function(own.value, "train", lang))] if check.value else []
    mo.vstack([mo.md(texts["yours"]), own, check, *result])
    return


@app.cell
def _(agent, asked, env, lang, limit, settings, start, texts):
    def answer():
        if agent is None:
            return mo.md("")
        with mo.status.spinner():
            rests = leads_to(env.unwrapped.mdp, limit=limit.value, start=start.value, **settings)
        off = float(np.abs(agent.q - rests).max())
        tables = {texts["rests"].replace(" ", "_"): rests[:3], pictures.WORDS[lang]["learned"]: agent.q[:3]}
        return mo.vstack([mo.Html(pictures.table(lang, **tables)), page.told(texts["answer"], lang, off=off)])

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(train, leads_to, lang=lang)
    return


if __name__ == "__main__":
    app.run()
