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
    from rl_line.course.texts.checkup import TEXTS


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
