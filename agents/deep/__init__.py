"""Deep Q-learning with Keras: the agent, its networks, its replay memory, its gradient step."""

from agents.deep.dqn import DQN
from agents.deep.gradients import huber, squared
from agents.deep.networks import Dueling, OneHot, q_network
from agents.deep.replay import ReplayMemory

__all__ = ["DQN", "Dueling", "OneHot", "ReplayMemory", "huber", "q_network", "squared"]
