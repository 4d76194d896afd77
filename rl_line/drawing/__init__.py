"""Drawing: the line and its values as text, image and table; pure functions of an MDP, a state and values."""

from rl_line.drawing.render import Window, ansi, arrival_rewards, rgb_array
from rl_line.drawing.tables import agreement_text, policy_text, q_table

__all__ = ["Window", "agreement_text", "ansi", "arrival_rewards", "policy_text", "q_table", "rgb_array"]
