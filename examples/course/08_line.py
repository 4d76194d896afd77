"""The line, action by action: what one update does to the table, and where ten thousand lead."""

import marimo

app = marimo.App(app_title="The line, action by action")

with app.setup:
    from itertools import islice

    import gymnasium
    import marimo as mo
    import numpy as np

    from agents import EpsilonGreedy, QLearning, interact
    from agents.tabular import update_in_numbers
    from rl_line import dp
    from rl_line.course import page
    from rl_line.course.agents import pictures
    from rl_line.course.texts.line import TEXTS


@app.function
def begin(alpha, gamma, epsilon, start):
    """An agent on the line whose table starts so, and its transitions as they come."""
    env = gymnasium.make("RewardLine-v0")
    agent = QLearning.for_env(env, alpha=alpha, gamma=gamma, policy=EpsilonGreedy(epsilon), seed=108)
    agent.q[:] = start
    return agent, interact(env, agent, seed=108)


@app.function
def go_on(agent, transitions, actions, names):
    """Acts and learns so many times; the last transition, and its update in numbers."""
    for transition in islice(transitions, actions):
        update = update_in_numbers(agent, transition, names=names)
        agent.learn(transition)
    return transition, update


@app.function
def walks(alpha, error=0.01):
    """Number of walks from state 3 to state 4 until Q(3, right) is that near to 9, and its value then."""
    value, count = 0.0, 0
    while abs(9 - value) >= error:
        value, count = value + alpha * (9 - value), count + 1
    return count, value


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
    alpha = mo.ui.slider(0.05, 1.0, 0.05, value=0.1, label=texts["alpha"], show_value=True)
    gamma = mo.ui.slider(0.0, 0.99, 0.01, value=0.8, label=texts["gamma"], show_value=True)
    epsilon = mo.ui.slider(0.0, 1.0, 0.05, value=0.1, label=texts["epsilon"], show_value=True)
    starts = {texts[name]: name for name in ("zeros", "tens", "random", "own")}
    start = mo.ui.dropdown(starts, value=texts["zeros"], label=texts["start"])
    rows = mo.ui.text("0 2; 0 0; 0 9; 0 0", label=texts["rows"], full_width=True)
    return alpha, epsilon, gamma, rows, start


@app.cell
def _(alpha, epsilon, gamma, rows, start):
    mo.vstack([alpha, gamma, epsilon, start, *([rows] if start.value == "own" else [])])
    return


@app.cell
def _(rows, start, texts):
    given = {"zeros": np.zeros((4, 2)), "tens": np.full((4, 2), 10.0)}
    given["random"] = np.random.default_rng(1).uniform(0, 9, (4, 2))
    if start.value == "own":
        try:
            given["own"] = np.array([row.split() for row in rows.value.split(";")], float).reshape(4, 2)
        except ValueError as error:
            mo.stop(True, mo.md(texts["bad"].format(text=error)))
    first = given[start.value]
    first[3] = 0  # nothing follows the end
    return (first,)


@app.cell
def _():
    get_last, set_last = mo.state((None, None))
    return get_last, set_last


@app.cell
def _(texts):
    again = mo.ui.button(label=texts["again"])
    return (again,)


@app.cell
def _(again, alpha, epsilon, first, gamma, set_last):
    again
    agent, transitions = begin(alpha.value, gamma.value, epsilon.value, first)
    set_last((None, None))
    return agent, transitions


@app.cell
def _(agent, lang, set_last, texts, transitions):
    def acting(name, actions):
        names = [pictures.WORDS[lang][action] for action in ("left", "right")]
        return mo.ui.button(label=texts[name], on_click=lambda _: set_last(go_on(agent, transitions, actions, names)))

    act, hundred, thousands = acting("act", 1), acting("hundred", 100), acting("thousands", 10_000)
    return act, hundred, thousands


@app.cell
def _(act, again, hundred, thousands):
    mo.hstack([act, hundred, thousands, again], justify="start", wrap=True)
    return


@app.cell
def _(agent, gamma, get_last, lang, texts):
    last, update = get_last()
    mdp = gymnasium.make("RewardLine-v0").unwrapped.mdp
    tables = {texts["learned"]: agent.q, texts["exact"]: dp.policy_iteration(mdp, gamma.value).q}
    changed = None if last is None else (last.observation, last.action)
    note = (
        texts["none"]
        if last is None
        else f"{texts['after'].format(time=page.number(agent.time, ',', lang))}: `{page.decimals(update, lang)}`"
    )
    if last is not None and last.terminated:
        note += f"\n\n{texts['ended'].format(state=last.next_observation + 1)}"
    at = 0 if last is None else last.next_observation
    picture = pictures.line(mdp, at, lang)
    mo.vstack([mo.Html(picture), mo.Html(pictures.table(lang, changed=changed, **tables)), mo.md(note)])
    return


@app.cell
def _(lang):
    asked = page.question(lang)
    return (asked,)


@app.cell
def _(asked, lang, texts):
    def answer():
        count, value = walks(0.1)
        return mo.md(texts["answer"].format(count=count, value=page.number(value, ".4f", lang)))

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(begin, go_on, lang=lang)
    return


if __name__ == "__main__":
    app.run()
