"""A DQN of a Flax module, whose gradient step is one compiled function of its parameters."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn


class QNetwork(nn.Module):
    """One value for each action, from a one-hot row."""

    actions: int

    @nn.compact
    def __call__(self, rows):
        return nn.Dense(self.actions)(nn.relu(nn.Dense(32)(rows)))


@partial(jax.jit, static_argnames=("network", "optimizer"))
def learned_from(parameters, target, state, batch, gamma, *, network, optimizer):
    """The parameters and the optimizer's state after one step on a batch."""
    before, action, reward, after, terminated = batch
    best = network.apply(target, after).max(axis=1)
    wanted = reward + gamma * (1 - terminated) * best

    def loss(p):
        chosen = jnp.take_along_axis(network.apply(p, before), action[:, None], axis=1)[:, 0]
        return ((chosen - wanted) ** 2).mean()

    updates, state = optimizer.update(jax.grad(loss)(parameters), state)
    return optax.apply_updates(parameters, updates), state


OPTIMIZER = optax.adam(3e-3)


def train(env, *, gamma, steps, seed, epsilon=0.3, batch=32, sync=50, ends=True):
    """The module and its parameters; `ends` is whether it takes notice of the end."""
    rng, rows = np.random.default_rng(seed), np.eye(int(env.observation_space.n), dtype=np.float32)
    network = QNetwork(int(env.action_space.n))
    parameters = target = network.init(jax.random.key(seed), rows)
    act = jax.jit(lambda p, row: network.apply(p, row).argmax())
    state, seen = OPTIMIZER.init(parameters), []
    here, _ = env.reset(seed=seed)
    for step in range(steps):
        action = int(rng.integers(2)) if rng.random() < epsilon else int(act(parameters, rows[here]))
        there, reward, terminated, truncated, _ = env.step(action)
        seen.append((here, action, reward, there, terminated and ends))
        here = env.reset()[0] if terminated or truncated else there
        if step >= batch:
            drawn = [seen[k] for k in rng.integers(len(seen), size=batch)]
            before, actions, rewards, after, ended = map(np.array, zip(*drawn, strict=True))
            given = rows[before], actions, rewards.astype(np.float32), rows[after], ended.astype(np.float32)
            parameters, state = learned_from(
                parameters, target, state, given, gamma, network=network, optimizer=OPTIMIZER
            )
        if step % sync == 0:
            target = parameters
    return network, parameters


# --- planted bugs, as users make them ---


def goes_on_after_the_end(env, *, gamma, steps, seed):
    """The end is bootstrapped from as any other state."""
    return train(env, gamma=gamma, steps=steps, seed=seed, ends=False)
