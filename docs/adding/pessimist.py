"""An agent that expects the worst of itself: a lower bound for what a careless policy gets."""

from collections.abc import Callable
from typing import Any

import numpy as np

from agents.tabular.agent import TabularAgent


class Pessimist(TabularAgent):
    """Bootstraps from the worst action at S'."""

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """The worst action at S'."""
        return xp.min(q_next, axis=-1)
