"""A DQN in one file, on a vector environment of one lane: network, replay, exploration, target, loss."""

import random
from collections import deque

import gymnasium
import numpy as np
import torch
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from torch import nn

torch.set_num_threads(1)


class QNetwork(nn.Module):
    """One value for each action, from a one-hot row."""

    def __init__(self, envs):
        super().__init__()
        inputs, outputs = envs.single_observation_space.shape[0], int(envs.single_action_space.n)
        self.network = nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Linear(32, outputs))

    def forward(self, rows):
        return self.network(rows)


def train(
    env,
    *,
    gamma,
    steps,
    seed,
    learning_rate=3e-3,
    epsilon=0.3,
    batch_size=32,
    learning_starts=100,
    target_every=50,
    buffer_size=20_000,
    masks=lambda terminated, truncated: terminated,
    autoreset_mode=AutoresetMode.SAME_STEP,
):
    """The trained network; `masks` says after which steps nothing follows."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    envs = SyncVectorEnv([lambda: gymnasium.wrappers.FlattenObservation(env)], autoreset_mode=autoreset_mode)

    q_network, target_network = QNetwork(envs), QNetwork(envs)
    target_network.load_state_dict(q_network.state_dict())
    optimizer = torch.optim.Adam(q_network.parameters(), lr=learning_rate)
    replay = deque(maxlen=buffer_size)

    observations, _ = envs.reset(seed=seed)
    for step in range(steps):
        if rng.random() < epsilon:
            actions = np.array([rng.randrange(int(envs.single_action_space.n))])
        else:
            with torch.no_grad():
                actions = q_network(torch.as_tensor(observations, dtype=torch.float32)).argmax(dim=1).numpy()
        following, rewards, terminated, truncated, info = envs.step(actions)
        arrived = (
            info["final_obs"][0] if "final_obs" in info else following[0]
        )  # what the lane shows before it is reset
        ended = float(masks(terminated[0], truncated[0]))
        replay.append((observations[0], actions[0], rewards[0], arrived, ended))
        observations = following

        if step < learning_starts:
            continue
        rows = zip(*rng.choices(replay, k=batch_size), strict=True)
        before, actions, rewards, after, ended = (torch.as_tensor(np.array(column)) for column in rows)
        with torch.no_grad():
            best = target_network(after.float()).amax(dim=1)
            target = rewards.float() + gamma * (1 - ended.float()) * best
        learned = q_network(before.float()).gather(1, actions[:, None]).squeeze(1)
        loss = nn.functional.mse_loss(learned, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % target_every == 0:
            target_network.load_state_dict(q_network.state_dict())
    return q_network


# --- planted bugs, as users make them ---


def takes_cuts_for_ends(env, *, gamma, steps, seed):
    """`done` in the place of `terminated`, as before Gymnasium told them apart."""
    return train(env, gamma=gamma, steps=steps, seed=seed, masks=lambda terminated, truncated: terminated or truncated)


def goes_on_after_the_end(env, *, gamma, steps, seed):
    """No mask at all: the end is bootstrapped from as any other state."""
    return train(env, gamma=gamma, steps=steps, seed=seed, masks=lambda terminated, truncated: False)


def learns_from_resets(env, *, gamma, steps, seed):
    """Written for lanes that are reset in the step that ends an episode, on lanes that take another step to reset."""
    return train(env, gamma=gamma, steps=steps, seed=seed, autoreset_mode=AutoresetMode.NEXT_STEP)
