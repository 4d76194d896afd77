"""Activities 3 to 5: how much to explore, how large a step to learn by, and where the discount changes what is best."""

import marimo

app = marimo.App(app_title="Explore, learn, discount")

with app.setup:
    import gymnasium
    import marimo as mo
    import numpy as np

    from agents import EpsilonGreedy, QLearning, interact, plots, train
    from rl_line import dp
    from rl_line.course import page
    from rl_line.course.agents import pictures
    from rl_line.course.texts.explore_and_discount import TEXTS
    from rl_line.system.axes import new_axes

    EPSILONS = tuple(k / 10 for k in range(11))
    ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)


@app.function
def explored(epsilon, steps=2_000, agents=5):
    """Episodes of agents that explore so much [agents], and what their policies are worth, greedy and exploring."""
    env, runs, worth = gymnasium.make("RewardLine-v0"), [], []
    for seed in range(agents):
        agent = QLearning.for_env(env, gamma=0.8, alpha=0.1, policy=EpsilonGreedy(epsilon), seed=seed)
        runs.append(train(env, agent, steps=steps, seed=seed))
        policies = [agent.action_probabilities(np.arange(4), explore=explore) for explore in (False, True)]
        worth.append([dp.expected_return(env, policy, 0.8) for policy in policies])
    return runs, np.array(worth)


@app.function
def errors(alpha, noise, steps=2_000, every=20, agents=5):
    """Largest error of Q after every so many steps, the mean of some agents."""
    env, mean = gymnasium.make("RewardLine-v0", reward_noise=noise), np.zeros(steps // every)
    exact = dp.policy_iteration(env, 0.8).q
    for seed in range(agents):
        agent = QLearning.for_env(env, gamma=0.8, alpha=alpha, policy=EpsilonGreedy(0.3), seed=seed)
        for step, transition in enumerate(interact(env, agent, steps=steps, seed=agents + seed), start=1):
            agent.learn(transition)
            if step % every == 0:
                mean[step // every - 1] += np.abs(agent.q - exact).max() / agents
    return mean


@app.function
def discounted(gamma, steps=20_000):
    """An agent that learned with this discount."""
    env = gymnasium.make("RewardLine-v0")
    agent = QLearning.for_env(env, gamma=gamma, policy=EpsilonGreedy(0.3), seed=0)
    train(env, agent, steps=steps, seed=0)
    return agent


@app.function
def worths(gamma):
    """Value from state 1 of walking to the 9, and of going back and forth over the 2."""
    env = gymnasium.make("RewardLine-v0")
    return [dp.expected_return(env, policy, gamma) for policy in ([1, 1, 1, 1], [1, 0, 0, 0])]


@app.function
def best_alphas(noise=2.0, agents=20):
    """Step sizes: the two of least error after 2,000 steps with noise; without, the soonest to an error below 0.01."""
    wrong = {alpha: errors(alpha, noise, every=2_000, agents=agents)[0] for alpha in ALPHAS}
    steps = {alpha: 1 + int((errors(alpha, 0.0, every=1) >= 0.01).sum()) for alpha in ALPHAS[3:]}
    (alpha, second), clean = sorted(wrong, key=wrong.get)[:2], min(steps, key=steps.get)
    found = {"alpha": alpha, "least": wrong[alpha], "second": second, "more": wrong[second], "one": wrong[1.0]}
    return found | {"clean": clean, "soon": steps[clean], "late": steps[0.2]}


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
    by_epsilon = {chance: explored(chance) for chance in EPSILONS}
    epsilon = mo.ui.slider(steps=EPSILONS, value=0.1, label=texts["epsilon"], show_value=True)
    alpha = mo.ui.slider(steps=ALPHAS, value=0.1, label=texts["alpha"], show_value=True)
    noise = mo.ui.slider(0.5, 4.0, 0.5, value=2.0, label=texts["noise"], show_value=True)
    gamma = mo.ui.slider(0.0, 0.99, 0.01, value=0.8, label=texts["gamma"], show_value=True)
    asked = page.question(lang)
    return alpha, asked, by_epsilon, epsilon, gamma, noise


@app.cell
def _(by_epsilon, epsilon, lang, texts):
    (runs, values), (best, shuttle) = by_epsilon[epsilon.value], worths(0.8)
    returns = plots.learning_curve(runs, ax=new_axes(figsize=(6, 2.6)))
    returns.axhline(worths(0.999_999_999)[0], color="black", linestyle="--", linewidth=1)
    worth, of_all = new_axes(figsize=(6, 2.6)), np.stack([values for _, values in by_epsilon.values()], axis=1)
    for column, name in enumerate(("greedy", "exploring")):
        plots.over_epsilon(EPSILONS, of_all[:, :, column], ylabel=texts["value"], label=texts[name], ax=worth)
    worth.axhline(best, color="black", linestyle="--", linewidth=1)
    worth.axvline(epsilon.value, color="black", linewidth=1)
    worth.set_xlabel(texts["epsilon"])
    returns.set(xlabel=texts["steps"], ylabel=texts["return"])
    figures = [page.figure(drawn, drawn.get_ylabel(), lang) for drawn in (returns, worth)]
    explore = page.told(texts["explore"], lang, walk=11, shuttle=shuttle, best=best)
    means = dict(zip(("greedy", "exploring"), values.mean(axis=0), strict=True))
    met = [any(row["length"] < 100 for row in run) for run in runs]
    found = page.told(texts["found"], lang, epsilon=epsilon.value, count=sum(met), agents=len(met), **means)
    mo.vstack([explore, epsilon, *figures, found])
    return


@app.cell
def _(alpha, lang, noise, texts):
    without, noisy = (errors(alpha.value, by_chance) for by_chance in (0.0, noise.value))
    curve, at = new_axes(figsize=(6, 2.6)), range(20, 2_001, 20)
    plots.error_curve(at, without, label=f"{texts['noise']}: 0", ax=curve)
    plots.error_curve(
        at, noisy, label=f"{texts['noise']}: {page.number(noise.value, 'g', lang)}", color="#d97706", ax=curve
    )
    curve.set(xlabel=texts["steps"], ylabel=texts["error"], ylim=(1e-3, 20))
    curve.legend()
    after = page.told(texts["after"], lang, without=without[-1], noisy=noisy[-1])
    mo.vstack([mo.md(texts["learn"]), alpha, noise, page.figure(curve, texts["error"], lang), after])
    return


@app.cell
def _(gamma, lang, texts):
    mdp, agent = gymnasium.make("RewardLine-v0").unwrapped.mdp, discounted(gamma.value)
    diagram = plots.policy_over_gamma(mdp, gamma=gamma.value, ax=new_axes(figsize=(6, 3.6)))
    named = pictures.WORDS[lang]
    tables = {named["learned"]: agent.q, named["exact"]: dp.policy_iteration(mdp, gamma.value).q}
    along = pictures.path(mdp, agent.act)
    walk, shuttling = worths(gamma.value)
    walks = page.told(texts["walks"], lang, gamma=gamma.value, path=along, walk=walk, shuttle=shuttling)
    drawn = page.figure(diagram, texts["gamma"], lang)
    mo.vstack([mo.md(texts["discount"]), gamma, drawn, mo.Html(pictures.table(lang, **tables)), walks])
    return


@app.cell
def _(asked, lang, texts):
    def answer():
        with mo.status.spinner():
            change, alphas = dp.critical_gammas(gymnasium.make("RewardLine-v0"))[0], best_alphas()
        return page.told(texts["answer"], lang, gamma=change, **alphas)

    page.exercise(texts["question"], asked, answer, lang)
    return


@app.cell
def _(lang):
    page.code(explored, errors, discounted, worths, best_alphas, lang=lang)
    return


if __name__ == "__main__":
    app.run()
