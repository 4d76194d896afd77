"""Tabular agents as a reader types them from Sutton & Barto's pseudocode, with a mask where an episode terminates."""

import math
from collections import defaultdict
from functools import partial

import numpy as np

from mutants import textbook_unmasked


def epsilon_greedy(Q, state, epsilon, rng):
    """A random action with probability epsilon, else the first of the best."""
    if rng.random() < epsilon:
        return int(rng.integers(Q.shape[1]))
    return int(np.argmax(Q[state]))


def empty(env):
    """Action values of 0."""
    return np.zeros((env.observation_space.n, env.action_space.n))


def sarsa(env, *, gamma, steps, seed, alpha=0.05, epsilon=0.2):
    """Section 6.4."""
    rng, Q, t = np.random.default_rng(seed), empty(env), 0
    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        a, done = epsilon_greedy(Q, s, epsilon, rng), False
        while not done:
            s_next, r, terminated, truncated, _ = env.step(a)
            a_next = epsilon_greedy(Q, s_next, epsilon, rng)
            target = r if terminated else r + gamma * Q[s_next, a_next]
            Q[s, a] += alpha * (target - Q[s, a])
            s, a, done = s_next, a_next, terminated or truncated
            t += 1
    return Q


def q_learning(env, *, gamma, steps, seed, alpha=0.1, epsilon=0.2):
    """Section 6.5."""
    rng, Q, t = np.random.default_rng(seed), empty(env), 0
    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            a = epsilon_greedy(Q, s, epsilon, rng)
            s_next, r, terminated, truncated, _ = env.step(a)
            Q[s, a] += alpha * (r + gamma * (1 - terminated) * np.max(Q[s_next]) - Q[s, a])
            s, done = s_next, terminated or truncated
            t += 1
    return Q


def expected_sarsa(env, *, gamma, steps, seed, alpha=0.1, epsilon=0.2):
    """Equation 6.9."""
    rng, Q, t = np.random.default_rng(seed), empty(env), 0
    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            a = epsilon_greedy(Q, s, epsilon, rng)
            s_next, r, terminated, truncated, _ = env.step(a)
            probabilities = np.full(Q.shape[1], epsilon / Q.shape[1])
            probabilities[np.argmax(Q[s_next])] += 1 - epsilon
            expected = 0.0 if terminated else probabilities @ Q[s_next]
            Q[s, a] += alpha * (r + gamma * expected - Q[s, a])
            s, done = s_next, terminated or truncated
            t += 1
    return Q


def double_q_learning(env, *, gamma, steps, seed, alpha=0.1, epsilon=0.2):
    """Section 6.7; shows the mean of both tables."""
    rng, Q1, Q2, t = np.random.default_rng(seed), empty(env), empty(env), 0
    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            a = epsilon_greedy(Q1 + Q2, s, epsilon, rng)
            s_next, r, terminated, truncated, _ = env.step(a)
            one, other = (Q1, Q2) if rng.random() < 0.5 else (Q2, Q1)
            following = 0.0 if terminated else other[s_next, np.argmax(one[s_next])]
            one[s, a] += alpha * (r + gamma * following - one[s, a])
            s, done = s_next, terminated or truncated
            t += 1
    return (Q1 + Q2) / 2


def n_step_sarsa(env, *, gamma, steps, seed, n=3, alpha=0.05, epsilon=0.2):
    """Section 7.2; at a limit the last state and action stand for the rest."""
    rng, Q, taken = np.random.default_rng(seed), empty(env), 0
    while taken < steps:
        S = [env.reset(seed=seed if taken == 0 else None)[0]]
        A, R = [epsilon_greedy(Q, S[0], epsilon, rng)], [0.0]
        T, t, tau, terminated = math.inf, 0, -1, False
        while tau != T - 1:
            if t < T:
                s, r, terminated, truncated, _ = env.step(A[t])
                taken += 1
                S.append(s)
                R.append(r)
                A.append(epsilon_greedy(Q, s, epsilon, rng))
                if terminated or truncated:
                    T = t + 1
            tau = t - n + 1
            if tau >= 0:
                last = min(tau + n, T)
                G = sum(gamma ** (i - tau - 1) * R[i] for i in range(tau + 1, last + 1))
                if last < T or not terminated:
                    G += gamma ** (last - tau) * Q[S[last], A[last]]
                Q[S[tau], A[tau]] += alpha * (G - Q[S[tau], A[tau]])
            t += 1
    return Q


def dyna_q(env, *, gamma, steps, seed, planning=5, alpha=0.1, epsilon=0.2):
    """Section 8.2, of a deterministic model: each state and action leads where it last led."""
    rng, Q, model, t = np.random.default_rng(seed), empty(env), {}, 0

    def learn(s, a):
        r, s_next, terminated = model[s, a]
        Q[s, a] += alpha * (r + gamma * (1 - terminated) * Q[s_next].max() - Q[s, a])

    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            a = epsilon_greedy(Q, s, epsilon, rng)
            s_next, r, terminated, truncated, _ = env.step(a)
            model[s, a] = r, s_next, terminated
            learn(s, a)
            known = list(model)
            for k in rng.integers(len(known), size=planning):
                learn(*known[k])
            s, done = s_next, terminated or truncated
            t += 1
    return Q


def prioritized_sweeping(env, *, gamma, steps, seed, planning=5, theta=1e-4, alpha=0.1, epsilon=0.2):
    """Section 8.4, of a deterministic model."""
    rng, Q, t = np.random.default_rng(seed), empty(env), 0
    model, leads_here, queue = {}, defaultdict(set), {}

    def error(s, a):
        r, s_next, terminated = model[s, a]
        return r - Q[s, a] if terminated else r + gamma * Q[s_next].max() - Q[s, a]

    def enqueue(s, a):
        if abs(error(s, a)) > theta:
            queue[s, a] = abs(error(s, a))

    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        done = False
        while not done:
            a = epsilon_greedy(Q, s, epsilon, rng)
            s_next, r, terminated, truncated, _ = env.step(a)
            model[s, a] = r, s_next, terminated
            leads_here[s_next].add((s, a))
            enqueue(s, a)
            for _ in range(planning):
                if not queue:
                    break
                first = max(queue, key=queue.get)
                del queue[first]
                Q[first] += alpha * error(*first)
                for before in leads_here[first[0]]:
                    enqueue(*before)
            s, done = s_next, terminated or truncated
            t += 1
    return Q


def average(visits):
    """The step size that makes an average of returns."""
    return 1 / visits


def monte_carlo(env, *, gamma, steps, seed, first_visit=True, step_size=average, epsilon=0.2):
    """Section 5.4, epsilon-soft; a limit is followed by what the last state and an action there are worth."""
    rng, Q, t = np.random.default_rng(seed), empty(env), 0
    visits = np.zeros(Q.shape, int)
    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        episode, done = [], False
        while not done:
            a = epsilon_greedy(Q, s, epsilon, rng)
            s_next, r, terminated, truncated, _ = env.step(a)
            episode.append((s, a, r))
            s, done = s_next, terminated or truncated
            t += 1
        G = 0.0 if terminated else Q[s, epsilon_greedy(Q, s, epsilon, rng)]
        pairs = [(s, a) for s, a, _ in episode]
        for k in reversed(range(len(episode))):
            G = episode[k][2] + gamma * G
            if first_visit and pairs[k] in pairs[:k]:
                continue
            visits[pairs[k]] += 1
            Q[pairs[k]] += step_size(visits[pairs[k]]) * (G - Q[pairs[k]])
    return Q


def sarsa_lambda(env, *, gamma, steps, seed, decay=0.8, alpha=0.02, epsilon=0.2):
    """Section 12.7 of tables, with accumulating traces."""
    rng, Q, t = np.random.default_rng(seed), empty(env), 0
    while t < steps:
        s, _ = env.reset(seed=seed if t == 0 else None)
        a, done, trace = epsilon_greedy(Q, s, epsilon, rng), False, np.zeros_like(Q)
        while not done:
            s_next, r, terminated, truncated, _ = env.step(a)
            a_next = epsilon_greedy(Q, s_next, epsilon, rng)
            delta = r + (0.0 if terminated else gamma * Q[s_next, a_next]) - Q[s, a]
            trace[s, a] += 1
            Q += alpha * delta * trace
            trace *= gamma * decay
            s, a, done = s_next, a_next, terminated or truncated
            t += 1
    return Q


ON_POLICY = {"learns": "on-policy"}
constant = partial(monte_carlo, step_size=lambda visits: 0.02)

#: name: (train, the warnings expected, options of the checkup); none is to be accused
TEXTBOOK = {
    "Sarsa": (sarsa, [], ON_POLICY),
    "Q-learning": (q_learning, [], {}),
    "Expected Sarsa": (expected_sarsa, [], ON_POLICY),
    "Double Q-learning": (double_q_learning, [], {}),
    "n-step Sarsa": (n_step_sarsa, [], ON_POLICY),
    "Dyna-Q": (dyna_q, [], {}),
    "prioritized sweeping": (prioritized_sweeping, [], {}),
    "first-visit Monte Carlo": (monte_carlo, [], ON_POLICY),
    "first-visit Monte Carlo, constant alpha": (constant, [], ON_POLICY),
    "every-visit Monte Carlo": (partial(monte_carlo, first_visit=False), [], ON_POLICY),
    "every-visit Monte Carlo, constant alpha": (partial(constant, first_visit=False), [], ON_POLICY),
    "Sarsa(lambda)": (sarsa_lambda, [], ON_POLICY),
    **textbook_unmasked.UNMASKED,
}
