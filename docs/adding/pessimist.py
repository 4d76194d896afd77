"""An agent that expects the worst of itself: a lower bound of any policy's values."""

from typing import Any

import numpy as np

from agents.tabular.agent import TabularAgent


class Pessimist(TabularAgent):
    """Bootstraps from the worst action at S'."""

    def bootstrap(self, q_next: Any, next_action: Any, policy: Any, xp: Any = np) -> Any:
        """The worst action at S'."""
        return xp.min(q_next, axis=-1)
