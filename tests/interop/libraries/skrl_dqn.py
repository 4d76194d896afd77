"""The DQN of skrl, trained by its own trainer."""

import logging

import gymnasium
import torch
from skrl import logger
from skrl.agents.torch.dqn import DQN
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import DeterministicMixin, Model
from skrl.trainers.torch import SequentialTrainer
from skrl.utils import set_seed
from torch import nn

torch.set_num_threads(1)
logger.setLevel(logging.ERROR)  # it tells of every seed


class QNetwork(DeterministicMixin, Model):
    """One value for each action, from a one-hot row."""

    def __init__(self, observation_space, action_space):
        Model.__init__(self, observation_space=observation_space, action_space=action_space, device="cpu")
        DeterministicMixin.__init__(self)
        inputs, outputs = self.num_observations, self.num_actions
        self.layers = nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Linear(32, outputs))

    def compute(self, inputs, role):
        return self.layers(inputs["observations"].float()), {}


class Exploring(QNetwork):
    """Draws every random action anew, from the generator that its seed sets."""

    def random_act(self, inputs, *, role=""):
        return torch.randint(self.num_actions, (len(inputs["observations"]), 1)), {}


def dqn(env, *, gamma, steps, seed, network=QNetwork, **settings):
    set_seed(seed)
    env = wrap_env(gymnasium.wrappers.FlattenObservation(env), wrapper="gymnasium", verbose=False)
    models = {name: network(env.observation_space, env.action_space) for name in ("q_network", "target_q_network")}
    agent = DQN(
        models=models,
        memory=RandomMemory(memory_size=20_000, device="cpu"),
        observation_space=env.observation_space,
        action_space=env.action_space,
        device="cpu",
        cfg={
            "batch_size": 32,
            "discount_factor": gamma,
            "exploration_scheduler": lambda timestep, timesteps: 0.3,
            "learning_rate": 3e-3,
            "learning_starts": 100,
            "polyak": 1.0,
            "target_update_interval": 50,
            "experiment": {"write_interval": 0, "checkpoint_interval": 0},
            **settings,
        },
    )
    SequentialTrainer(env=env, agents=agent, cfg={"timesteps": steps, "disable_progressbar": True}).train()
    return agent


def exploring_dqn(env, *, gamma, steps, seed, **settings):
    return dqn(env, gamma=gamma, steps=steps, seed=seed, network=Exploring, **settings)


# --- planted bugs, as users make them ---


def dqn_of_scaled_rewards(env, *, gamma, steps, seed):
    """Rewards made smaller on their way into the memory, as many examples do."""
    return exploring_dqn(env, gamma=gamma, steps=steps, seed=seed, rewards_shaper=lambda rewards, *_: 0.1 * rewards)
