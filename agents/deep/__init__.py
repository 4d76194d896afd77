"""Deep Q-learning with Keras: the agent, its networks, its replay memory, its gradient step."""

from rl_line.system import start_tensorflow

start_tensorflow()  # before any module below imports it

from agents.deep.dqn import DQN  # noqa: E402
from agents.deep.gradients import huber, squared  # noqa: E402
from agents.deep.networks import Dueling, OneHot, q_network  # noqa: E402
from agents.deep.replay import ReplayMemory  # noqa: E402

__all__ = ["DQN", "Dueling", "OneHot", "ReplayMemory", "huber", "q_network", "squared"]
