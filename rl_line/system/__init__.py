"""System: whole files, states in them, TensorBoard, and a quiet start of TensorFlow, for every package that learns."""

from rl_line.system.atomic_files import replaced
from rl_line.system.state_files import State, load, parts_like, save
from rl_line.system.tensorboard import scalars
from rl_line.system.tf.start import start_tensorflow

__all__ = ["State", "load", "parts_like", "replaced", "save", "scalars", "start_tensorflow"]
