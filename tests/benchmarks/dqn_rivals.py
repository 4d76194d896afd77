"""DQN by other libraries, for ours to be measured against in `dqn_speed.py` and `dqn_cartpole.py`.

Every side takes its numbers from `SETTINGS`, where epsilon is constant but for "zoo". What they still differ in:

    Stable-Baselines3  Huber loss, gradients clipped at norm 10; acts at random until `learning_starts`
    PureJaxRL          Huber loss, no clipping
    CleanRL            squared loss, no clipping
"""

import os
import time
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # networks this small are slower on more

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

LINE = "rl_line:RewardLine-v0"
CARTPOLE = "CartPole-v1"

SPEED = {  # by Stable-Baselines3's names, where it has one
    "hidden": (64, 64),  # units of the ReLU layers
    "batch_size": 32,
    "train_freq": 4,  # steps of the environment from one update to the next
    "gradient_steps": 1,  # the loops in the manner of others know no other
    "learning_starts": 1000,
    "target_update_interval": 500,  # steps of the environment
    "learning_rate": 1e-3,  # of Adam
    "exploration_initial_eps": 0.1,
    "exploration_final_eps": 0.1,
}
# CartPole-v1 in hyperparams/dqn.yml of github.com/DLR-RM/rl-baselines3-zoo
ZOO_UPDATES = {"batch_size": 64, "train_freq": 256, "gradient_steps": 128, "target_update_interval": 10}
ZOO_EPSILON = {"exploration_initial_eps": 1.0, "exploration_final_eps": 0.04, "exploration_fraction": 0.16}
ZOO = {**SPEED, **ZOO_UPDATES, **ZOO_EPSILON, "hidden": (256, 256), "learning_rate": 2.3e-3}
SETTINGS: dict[str, dict[str, Any]] = {
    "line": {**SPEED, "gamma": 0.8, "buffer_size": 10_000},
    "cartpole": {**SPEED, "gamma": 0.99, "buffer_size": 50_000},
    "zoo": {**ZOO, "gamma": 0.99, "buffer_size": 100_000},
}


class Training(NamedTuple):
    """Seconds of a training, and its learned values where the exact ones are known."""

    seconds: float  # of the training loop
    compiling: float = 0.0  # seconds before it
    q: NDArray[np.float32] | None = None  # [3, 2], of the line's states that are not terminal


def stable_baselines3_on_the_line(steps: int, seed: int) -> Training:
    """Stable-Baselines3's DQN on the line, whose states it turns to one-hot vectors by itself."""
    import torch

    model, seconds = _stable_baselines3(LINE, steps, seed, **SETTINGS["line"])
    with torch.no_grad():
        return Training(seconds, q=model.q_net(torch.arange(3)).numpy())


def stable_baselines3_on_cartpole(steps: int, seed: int) -> Training:
    """Stable-Baselines3's DQN on CartPole-v1."""
    _, seconds = _stable_baselines3(CARTPOLE, steps, seed, **SETTINGS["cartpole"])
    return Training(seconds)


class Greedy:
    """The greedy policy of a Stable-Baselines3 model, for `agents.evaluate`."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Its best action."""
        return self.model.predict(observation, deterministic=not explore)[0]


def stable_baselines3_by_the_zoo(steps: int, seed: int) -> tuple[Greedy, float]:
    """The greedy policy that the zoo's settings lead to on CartPole-v1, and the training's seconds.

    Source: hyperparams/dqn.yml of DLR-RM/rl-baselines3-zoo, CartPole-v1, whose n_timesteps are 50,000.
    """
    model, seconds = _stable_baselines3(CARTPOLE, steps, seed, **SETTINGS["zoo"])
    return Greedy(model), seconds


def purejaxrl_on_the_line(steps: int, seed: int) -> Training:
    """A DQN on one lane of the line in one compiled scan, in the manner of PureJaxRL."""
    import flax.linen as nn
    import jax
    import jax.numpy as jnp
    import optax
    from flax.training.train_state import TrainState

    settings, env = SETTINGS["line"], gym.make(LINE)
    mdp, time_limit = env.unwrapped.mdp, env.spec.max_episode_steps
    successor, paid = jnp.asarray(mdp.successor[..., 0], jnp.int32), jnp.asarray(mdp.reward[..., 0], jnp.float32)
    terminal, first = jnp.asarray(mdp.terminal), jnp.int32(mdp.only_start)
    capacity = settings["buffer_size"]

    class QNetwork(nn.Module):
        @nn.compact
        def __call__(self, state):
            x = jax.nn.one_hot(state, mdp.num_states)
            for units in settings["hidden"]:
                x = nn.relu(nn.Dense(units)(x))
            return nn.Dense(mdp.num_actions)(x)

    network = QNetwork()

    def learn(learner, target_params, memory, done, key):
        rows = jax.random.randint(key, (settings["batch_size"],), 0, jnp.minimum(done, capacity))
        batch = {name: column[rows] for name, column in memory.items()}
        q_next = network.apply(target_params, batch["arrived"]).max(-1)
        target = batch["reward"] + settings["gamma"] * jnp.where(batch["terminated"], 0.0, q_next)

        def loss(params):
            q = jnp.take_along_axis(network.apply(params, batch["state"]), batch["action"][:, None], -1)[:, 0]
            return optax.huber_loss(q, target).mean()

        return learner.apply_gradients(grads=jax.grad(loss)(learner.params))

    def step(learn_key, runner, drawn):
        learner, target_params, memory, state, age = runner
        now, uniform, explored = drawn
        greedy = network.apply(learner.params, state).argmax()
        action = jnp.where(uniform < settings["exploration_final_eps"], explored, greedy)
        arrived, done, age = successor[state, action], now + 1, age + 1
        transition = {"state": state, "action": action, "reward": paid[state, action], "arrived": arrived}
        transition["terminated"] = terminal[arrived]
        memory = {name: column.at[now % capacity].set(transition[name]) for name, column in memory.items()}
        ended = terminal[arrived] | (age == time_limit)
        state, age = jnp.where(ended, first, arrived), jnp.where(ended, 0, age)
        learner = jax.lax.cond(
            (done > settings["learning_starts"]) & (done % settings["train_freq"] == 0),
            lambda: learn(learner, target_params, memory, done, jax.random.fold_in(learn_key, done)),
            lambda: learner,
        )
        target_params = optax.periodic_update(learner.params, target_params, done, settings["target_update_interval"])
        return (learner, target_params, memory, state, age), None

    def train(key):
        init_key, explore_key, action_key, learn_key = jax.random.split(key, 4)
        params = network.init(init_key, first)
        optimizer = optax.flatten(optax.adam(settings["learning_rate"]))  # one vector is faster than six arrays
        learner = TrainState.create(apply_fn=network.apply, params=params, tx=optimizer)
        memory = {name: jnp.zeros(capacity, jnp.int32) for name in ("state", "action", "arrived")}
        memory |= {"reward": jnp.zeros(capacity), "terminated": jnp.zeros(capacity, jnp.bool_)}
        explored = jax.random.randint(action_key, (steps,), 0, mdp.num_actions)
        drawn = jnp.arange(steps), jax.random.uniform(explore_key, (steps,)), explored  # faster than step by step
        runner = learner, params, memory, first, jnp.int32(0)
        (learner, *_), _ = jax.lax.scan(partial(step, learn_key), runner, drawn)
        return learner.params

    key = jax.random.key(seed, impl="rbg")
    start = time.perf_counter()
    compiled = jax.jit(train).lower(key).compile()
    ready = time.perf_counter()
    params = jax.block_until_ready(compiled(key))
    return Training(time.perf_counter() - ready, ready - start, np.asarray(network.apply(params, np.arange(3))))


def cleanrl_on_cartpole(steps: int, seed: int) -> Training:
    """A DQN on CartPole-v1 in one loop of PyTorch, in the manner of CleanRL."""
    import torch
    from torch import nn

    settings = SETTINGS["cartpole"]
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    envs = gym.vector.SyncVectorEnv([lambda: gym.make(CARTPOLE)], autoreset_mode=gym.vector.AutoresetMode.SAME_STEP)
    sizes = (envs.single_observation_space.shape[0], *settings["hidden"])
    num_actions = int(envs.single_action_space.n)

    def q_network():
        layers = [layer for size in pairwise(sizes) for layer in (nn.Linear(*size), nn.ReLU())]
        return nn.Sequential(*layers, nn.Linear(sizes[-1], num_actions))

    network, target_network = q_network(), q_network()
    target_network.load_state_dict(network.state_dict())
    optimizer = torch.optim.Adam(network.parameters(), lr=settings["learning_rate"])
    capacity = settings["buffer_size"]
    observations = np.zeros((2, capacity, sizes[0]), np.float32)
    actions, (rewards, ends) = np.zeros(capacity, np.int64), np.zeros((2, capacity), np.float32)
    memory = observations[0], actions, rewards, observations[1], ends

    def learn(stored):
        rows = rng.integers(stored, size=settings["batch_size"])
        observation, action, reward, arrived, ended = (torch.from_numpy(column[rows]) for column in memory)
        with torch.no_grad():
            target = reward + settings["gamma"] * (1 - ended) * target_network(arrived).max(1).values
        loss = nn.functional.mse_loss(network(observation).gather(1, action[:, None])[:, 0], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    start = time.perf_counter()
    observation, _ = envs.reset(seed=seed)
    for done in range(1, steps + 1):
        if rng.random() < settings["exploration_final_eps"]:
            action = rng.integers(num_actions, size=1)
        else:
            with torch.no_grad():
                action = network(torch.from_numpy(observation)).argmax(1).numpy()
        following, reward, terminated, truncated, infos = envs.step(action)
        arrived = infos["final_obs"][0] if terminated[0] or truncated[0] else following[0]
        transition = observation[0], action[0], reward[0], arrived, terminated[0]
        for column, value in zip(memory, transition, strict=True):
            column[(done - 1) % capacity] = value
        observation = following
        if done > settings["learning_starts"] and done % settings["train_freq"] == 0:
            learn(min(done, capacity))
        if done % settings["target_update_interval"] == 0:
            target_network.load_state_dict(network.state_dict())
    return Training(time.perf_counter() - start)


def _stable_baselines3(env_id: str, steps: int, seed: int, *, hidden: tuple[int, ...], **settings: Any) -> Any:
    """The trained model, and the seconds of its training."""
    from stable_baselines3 import DQN

    network = {"net_arch": list(hidden)}
    model = DQN("MlpPolicy", gym.make(env_id), policy_kwargs=network, seed=seed, device="cpu", **settings)
    start = time.perf_counter()
    model.learn(steps, log_interval=None)  # its statistics of episodes, which nobody reads here, take time
    return model, time.perf_counter() - start
