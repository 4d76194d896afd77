"""Tabular agents without a terminal mask, a common form: they bootstrap from the row of the end, which stays 0.

Right wherever the end is a state of its own in a table that begins at 0.
"""

import random
from collections import defaultdict

import numpy as np


def policy(row, epsilon, rng):
    """An epsilon-greedy action of one row."""
    if rng.random() < epsilon:
        return rng.randrange(len(row))
    return max(range(len(row)), key=lambda action: row[action])


class TutorialAgent:
    """Q-learning in a dictionary of rows, with `get_action` and `update`, as in Gymnasium's tutorials."""

    def __init__(self, env, *, gamma, seed, alpha=0.1, epsilon=0.2):
        self.q_values = defaultdict(lambda: np.zeros(env.action_space.n))
        self.gamma, self.alpha, self.epsilon, self.rng = gamma, alpha, epsilon, random.Random(seed)

    def get_action(self, observation):
        return policy(self.q_values[observation], self.epsilon, self.rng)

    def update(self, observation, action, reward, following):
        future = np.max(self.q_values[following])
        error = reward + self.gamma * future - self.q_values[observation][action]
        self.q_values[observation][action] += self.alpha * error


def tutorial(env, *, gamma, steps, seed):
    agent, t = TutorialAgent(env, gamma=gamma, seed=seed), 0
    while t < steps:
        observation, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            action = agent.get_action(observation)
            following, reward, terminated, truncated, _ = env.step(action)
            agent.update(observation, action, reward, following)
            observation, done, t = following, terminated or truncated, t + 1
    return agent


def q_learning(env, *, gamma, steps, seed, alpha=0.1, epsilon=0.2):
    """An array that is called `qtable` is handed back alone."""
    rng, qtable, t = random.Random(seed), np.zeros((env.observation_space.n, env.action_space.n)), 0
    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            action = policy(qtable[state], epsilon, rng)
            new_state, reward, terminated, truncated, _ = env.step(action)
            delta = reward + gamma * np.max(qtable[new_state]) - qtable[state, action]
            qtable[state, action] = qtable[state, action] + alpha * delta
            state, done, t = new_state, terminated or truncated, t + 1
    return qtable


def sarsa(env, *, gamma, steps, seed, alpha=0.05, epsilon=0.2):
    """A dictionary of pairs of state and action."""
    rng, Q, actions, t = random.Random(seed), defaultdict(float), range(env.action_space.n), 0

    def choose(state):
        return policy([Q[state, action] for action in actions], epsilon, rng)

    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        action, done = choose(state), False
        while not done:
            new_state, reward, terminated, truncated, _ = env.step(action)
            new_action = choose(new_state)
            Q[state, action] += alpha * (reward + gamma * Q[new_state, new_action] - Q[state, action])
            state, action, done, t = new_state, new_action, terminated or truncated, t + 1
    return Q


def expected_sarsa(env, *, gamma, steps, seed, alpha=0.1, epsilon=0.2):
    """A dictionary of lists."""
    rng, number, t = random.Random(seed), env.action_space.n, 0
    Q = {state: [0.0] * number for state in range(env.observation_space.n)}
    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            action = policy(Q[state], epsilon, rng)
            new_state, reward, terminated, truncated, _ = env.step(action)
            expected = (1 - epsilon) * max(Q[new_state]) + epsilon * sum(Q[new_state]) / number
            Q[state][action] += alpha * (reward + gamma * expected - Q[state][action])
            state, done, t = new_state, terminated or truncated, t + 1
    return Q


def double_q_learning(env, *, gamma, steps, seed, alpha=0.1, epsilon=0.2):
    """Two tables in one array; shows their mean."""
    rng, t = random.Random(seed), 0
    Q = np.zeros((2, env.observation_space.n, env.action_space.n))
    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            action = policy(Q[:, state].sum(axis=0), epsilon, rng)
            new_state, reward, terminated, truncated, _ = env.step(action)
            k = rng.randrange(2)
            future = Q[1 - k, new_state, Q[k, new_state].argmax()]
            Q[k, state, action] += alpha * (reward + gamma * future - Q[k, state, action])
            state, done, t = new_state, terminated or truncated, t + 1
    return Q.mean(axis=0)


def dyna_q(env, *, gamma, steps, seed, planning=5, alpha=0.1, epsilon=0.2):
    """The model remembers rewards and states alone, as in the book."""
    rng, t, model = random.Random(seed), 0, {}
    Q = np.zeros((env.observation_space.n, env.action_space.n))

    def learn(state, action):
        reward, new_state = model[state, action]
        Q[state, action] += alpha * (reward + gamma * max(Q[new_state]) - Q[state, action])

    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            action = policy(Q[state], epsilon, rng)
            new_state, reward, terminated, truncated, _ = env.step(action)
            model[state, action] = reward, new_state
            learn(state, action)
            for pair in rng.choices(list(model), k=planning):
                learn(*pair)
            state, done, t = new_state, terminated or truncated, t + 1
    return Q


def prioritized_sweeping(env, *, gamma, steps, seed, planning=5, theta=1e-4, alpha=0.1, epsilon=0.2):
    """Looks for predecessors in the whole model."""
    rng, t, model, queue = random.Random(seed), 0, {}, {}
    Q = np.zeros((env.observation_space.n, env.action_space.n))

    def error(pair):
        reward, new_state = model[pair]
        return reward + gamma * max(Q[new_state]) - Q[pair]

    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            pair = state, policy(Q[state], epsilon, rng)
            new_state, reward, terminated, truncated, _ = env.step(pair[1])
            model[pair] = reward, new_state
            queue[pair] = abs(error(pair))
            for _ in range(planning):
                pair = max(queue, key=queue.get, default=None)
                if pair is None or queue.pop(pair) < theta:
                    break
                Q[pair] += alpha * error(pair)
                queue |= {before: abs(error(before)) for before, (_, after) in model.items() if after == pair[0]}
            state, done, t = new_state, terminated or truncated, t + 1
    return Q


def sarsa_lambda(env, *, gamma, steps, seed, decay=0.8, alpha=0.02, epsilon=0.2):
    """Replacing traces, in a dictionary."""
    rng, t = random.Random(seed), 0
    Q = np.zeros((env.observation_space.n, env.action_space.n))
    while t < steps:
        state, _ = env.reset(seed=seed if t == 0 else None)
        action, done, traces = policy(Q[state], epsilon, rng), False, {}
        while not done:
            new_state, reward, terminated, truncated, _ = env.step(action)
            new_action = policy(Q[new_state], epsilon, rng)
            delta = reward + gamma * Q[new_state, new_action] - Q[state, action]
            traces[state, action] = 1.0
            for pair in traces:
                Q[pair] += alpha * delta * traces[pair]
                traces[pair] *= gamma * decay
            state, action, done, t = new_state, new_action, terminated or truncated, t + 1
    return Q


WARNINGS, ON_POLICY = ["terminal-bootstrap"], {"learns": "on-policy"}

#: name: (train, the warnings expected, options of the checkup)
UNMASKED = {
    "tutorial, no mask": (tutorial, WARNINGS, {}),
    "Q-learning, no mask": (q_learning, WARNINGS, {}),
    "Sarsa, no mask": (sarsa, WARNINGS, ON_POLICY),
    "Expected Sarsa, no mask": (expected_sarsa, WARNINGS, ON_POLICY),
    "Double Q-learning, no mask": (double_q_learning, WARNINGS, {}),
    "Dyna-Q, no mask": (dyna_q, WARNINGS, {}),
    "prioritized sweeping, no mask": (prioritized_sweeping, WARNINGS, {}),
    "Sarsa(lambda), no mask": (sarsa_lambda, WARNINGS, ON_POLICY),
}
