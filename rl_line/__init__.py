"""RewardLine-v0: a small reinforcement-learning problem with a known exact solution."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

import gymnasium as _gym

from rl_line.env import RewardLineEnv
from rl_line.line import IDS as _PRESET_OF
from rl_line.line import LEFT, PRESETS, RIGHT, reward_line
from rl_line.mdp import Outcome, TabularMDP
from rl_line.system.imports import lazily as _lazily
from rl_line.vector import RewardLineVectorEnv

if _TYPE_CHECKING:
    from rl_line import dp
    from rl_line.drawing.grids import q_grid
    from rl_line.drawing.tables import policy_text, q_table
    from rl_line.env_checkup.check import check_env_semantics
    from rl_line.env_checkup.findings import Finding

__all__ = [
    "LEFT",
    "PRESETS",
    "RIGHT",
    "Finding",
    "Outcome",
    "RewardLineEnv",
    "RewardLineVectorEnv",
    "TabularMDP",
    "check_env_semantics",
    "dp",
    "policy_text",
    "q_grid",
    "q_table",
    "reward_line",
]

__version__ = "0.1.0"

# Names that environments do not need.
_LAZY = {
    "dp": "dp",
    "q_grid": "drawing.grids",
    "policy_text": "drawing.tables",
    "q_table": "drawing.tables",
    "check_env_semantics": "env_checkup.check",
    "Finding": "env_checkup.findings",
}
__getattr__ = _lazily(__name__, _LAZY, __all__)

for _id, _preset in _PRESET_OF.items():
    if _id not in _gym.registry:
        _gym.register(
            id=_id,
            entry_point="rl_line.env:RewardLineEnv",
            vector_entry_point="rl_line.vector:RewardLineVectorEnv",
            max_episode_steps=100,
            kwargs=PRESETS[_preset],
        )
