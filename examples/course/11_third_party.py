"""A third-party agent: an agent of another library learns the line, and is compared with the exact answers."""

import marimo

app = marimo.App(app_title="A third-party agent")

with app.setup:
    from importlib.util import find_spec

    import gymnasium
    import marimo as mo
    import numpy as np

    from agents import checkup
    from rl_line import dp
    from rl_line.course import page
    from rl_line.course.agents import pictures, plain
    from rl_line.course.texts.third_party import TEXTS


@app.function
def train_dqn(env, *, gamma, steps, seed):
    """Stable-Baselines3's DQN, set up for a few states: begins soon, learns every step, copies the network often."""
    import torch
    from stable_baselines3 import DQN

    torch.set_num_threads(1)  # networks as small as these are slower with more
    often = {"learning_rate": 3e-3, "learning_starts": 100, "train_freq": 1, "target_update_interval": 50}
    explores = {"exploration_fraction": 0.1, "exploration_final_eps": 0.3}
    small = {"buffer_size": 20_000, "policy_kwargs": {"net_arch": [32]}}
    return DQN("MlpPolicy", env, gamma=gamma, seed=seed, device="cpu", **often, **explores, **small).learn(steps)


@app.function
def table_of(agent, states=4):
    """Action values [S, A] of a table, or of a DQN of Stable-Baselines3."""
    if isinstance(agent, np.ndarray):
        return agent
    observations, _ = agent.policy.obs_to_tensor(np.arange(states))
    return agent.q_net(observations).detach().numpy()


@app.function
def best_action(agent, state):
    """The action that an agent takes when it does not explore."""
    if isinstance(agent, np.ndarray):
        return int(agent[state].argmax())
    return int(agent.predict(state, deterministic=True)[0])


@app.function
def episode(agent, gamma):
    """Rewards of an episode without exploring, and what they sum to when they are discounted."""
    env = gymnasium.make("RewardLine-v0")
    (state, _), rewards, over = env.reset(), [], False
    while not over:
        state, reward, terminated, truncated, _ = env.step(best_action(agent, state))
        rewards.append(reward)
        over = terminated or truncated
    return sum(rewards), float(np.polyval(rewards[::-1], gamma))


@app.function
def by_default(gamma=0.99, judged=0.8):
    """The path of the best policy with a discount, its pay in 100 steps, its worth with another; also the walk."""
    env = gymnasium.make("RewardLine-v0")
    best, walk = dp.policy_iteration(env, gamma), [1, 1, 1, 1]
    path = pictures.path(env.unwrapped.mdp, lambda state: best.policy[state])
    total, straight = (dp.expected_return(env, policy, 1, horizon=100) for policy in (best.policy, walk))
    worth, right = (dp.expected_return(env, policy, judged) for policy in (best.policy, walk))
    return {"path": path, "q": best.q[0, 1], "total": total, "walk": straight, "worth": worth, "best": right}


@app.cell
def _():
    lang = page.language()
    return (lang,)


@app.cell
def _(lang):
    texts, there = TEXTS[lang], find_spec("stable_baselines3") is not None
    train = train_dqn if there else plain.train
    mo.vstack([page.head(texts, lang), mo.md(texts["there"] if there else texts["missing"])])
    return texts, there, train


@app.cell
def _(lang, texts):
    gamma = mo.ui.slider(0.0, 0.99, 0.01, value=0.8, label=texts["gamma"], show_value=True)
    steps = mo.ui.slider(
        steps=(500, 1_000, 2_000, 5_000, 10_000, 20_000), value=5_000, label=texts["steps"], show_value=True
    )
    start, ask = mo.ui.run_button(label=texts["train"]), mo.ui.run_button(label=texts["ask"])
    asked, trained = page.question(lang), {}
    return ask, asked, gamma, start, steps, trained


@app.cell
def _(gamma, lang, start, steps, texts, train, trained):
    env, settings = gymnasium.make("RewardLine-v0"), (gamma.value, steps.value)
    exact, named = dp.policy_iteration(env, gamma.value), pictures.WORDS[lang]
    if start.value:
        with mo.status.spinner():
            trained[settings] = train(env, gamma=gamma.value, steps=steps.value, seed=0)
    if settings in trained:
        agent = trained[settings]
        learned, total = table_of(agent)[:3], episode(agent, gamma.value)
        path = pictures.path(env.unwrapped.mdp, lambda state: best_action(agent, state))
        shown = {named["learned"]: learned, named["exact"]: exact.q[:3]}
        note = page.told(texts["told"], lang, path=path, total=total[0], worth=total[1], best=exact.v[0])
        wrong = np.abs(learned - exact.q[:3]) > 0.5
    else:
        shown, note, wrong = {named["exact"]: exact.q[:3]}, mo.md(texts["before"]), False
    mo.vstack([gamma, steps, start, mo.Html(pictures.table(lang, wrong=wrong, **shown)), note])
    return


@app.cell
def _(ask, lang, texts, there, train):
    verdict = []
    if ask.value:
        with mo.status.spinner():
            verdict = [page.verdict(checkup(train, budget=60 if there else 10), lang)]
    mo.vstack([mo.md(texts["wait"]), ask, *verdict])
    return


@app.cell
def _(asked, lang, texts):
    page.exercise(texts["question"], asked, lambda: page.told(texts["answer"], lang, **by_default()), lang)
    return


@app.cell
def _(lang, train):
    page.code(train, table_of, best_action, episode, lang=lang)
    return


if __name__ == "__main__":
    app.run()
