"""Tools shared by all packages: atomic files, saved states, TensorBoard, and a quiet start of TensorFlow."""

from rl_line.system.atomic_files import replaced
from rl_line.system.state_files import State, load, parts_like, save
from rl_line.system.tensorboard import scalars
from rl_line.system.tf.start import start_tensorflow

__all__ = ["State", "load", "parts_like", "replaced", "save", "scalars", "start_tensorflow"]
