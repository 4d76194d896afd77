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

    TEXTS = {
        "en": {
            "title": "8. The line, action by action",
            "see": "an agent walks on four states. Every action changes one cell of its table, the marked one, by the "
            "rule below it. The exact table, which no agent knows, stands beside it: is that where it goes?",
            "alpha": "step size alpha",
            "gamma": "discount gamma",
            "epsilon": "exploration epsilon",
            "start": "table at the start",
            "zeros": "zeros",
            "tens": "10 everywhere",
            "random": "random numbers",
            "own": "your own",
            "rows": "your own table, a row of left and right for each state",
            "act": "One action",
            "hundred": "100 actions",
            "thousands": "10,000 actions",
            "again": "Start again",
            "none": "No action yet.",
            "after": "Action {time}",
            "ended": "State {state} ends the episode: there is nothing to bootstrap from, and the agent starts again.",
            "learned": "learned",
            "exact": "exact",
            "bad": "**This is no table:** {text} Write four rows of two numbers, such as `0 2; 0 0; 0 9; 0 0`.",
            "question": "Start from zeros, with alpha 0.1 and gamma 0.8. How often must the agent walk from state 3 to "
            "state 4 before Q(3, right) is within 0.01 of the 9 that it is worth? What if alpha is 1?",
            "answer": "Each walk leaves 1 - alpha of the error: 9 x 0.9^n < 0.01 holds from **n = {count}** on "
            "(after it Q(3, right) = {value}). With alpha 1 **one** walk is enough, as the reward has no noise.",
        },
        "pt": {
            "title": "8. A linha, ação por ação",
            "see": "um agente anda por quatro estados. Cada ação muda uma célula da sua tabela, a marcada, pela regra "
            "abaixo dela. A tabela exata, que nenhum agente conhece, fica ao lado: é para lá que ele vai?",
            "alpha": "tamanho do passo alfa",
            "gamma": "desconto gama",
            "epsilon": "exploração épsilon",
            "start": "tabela no início",
            "zeros": "zeros",
            "tens": "10 em toda parte",
            "random": "números aleatórios",
            "own": "a sua",
            "rows": "a sua tabela, uma linha com esquerda e direita para cada estado",
            "act": "Uma ação",
            "hundred": "100 ações",
            "thousands": "10.000 ações",
            "again": "Recomeçar",
            "none": "Ainda nenhuma ação.",
            "after": "Ação {time}",
            "ended": "O estado {state} termina o episódio: não há de onde continuar, e o agente recomeça.",
            "learned": "aprendida",
            "exact": "exata",
            "bad": "**Não é uma tabela:** {text} Escreva quatro linhas de dois números, como `0 2; 0 0; 0 9; 0 0`.",
            "question": "Comece com zeros, com alfa 0,1 e gama 0,8. Quantas vezes o agente precisa ir do estado 3 ao "
            "estado 4 até que Q(3, direita) fique a menos de 0,01 do 9 que ela vale? E se alfa for 1?",
            "answer": "Cada passagem deixa 1 - alfa do erro: 9 x 0,9^n < 0,01 vale a partir de **n = {count}** "
            "(depois disso Q(3, direita) = {value}). Com alfa 1 basta **uma**, pois a recompensa não tem ruído.",
        },
    }


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
