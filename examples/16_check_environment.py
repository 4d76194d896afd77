"""Is an environment right? Three with one thing wrong each, judged by Gymnasium's check and by ours."""

import warnings
from textwrap import fill

from gymnasium.utils.env_checker import check_env

from rl_line import RewardLineEnv, check_env_semantics
from rl_line.system.scripts import at_least_one, run


class PaidOnLeaving(RewardLineEnv):
    """Pays for the state left, not for the state arrived in."""

    def step(self, action):
        paid = (0.0, 2.0, 0.0, 9.0)[self.s]
        observation, _, *rest = super().step(action)
        return observation, paid, *rest


class EndsAtTheLimit(RewardLineEnv):
    """Calls a limit of 5 steps an end, so that agents believe that nothing follows."""

    def reset(self, *, seed=None, options=None):
        self.left = 5
        return super().reset(seed=seed, options=options)

    def step(self, action):
        self.left -= 1
        observation, reward, terminated, truncated, info = super().step(action)
        return observation, reward, terminated or self.left == 0, truncated, info


class CoinIsGone(RewardLineEnv):
    """Pays the 2 once, and forgets to put it back on reset."""

    taken = False

    def step(self, action):
        observation, reward, *rest = super().step(action)
        reward, self.taken = (0.0 if self.taken and reward == 2 else reward), self.taken or reward == 2
        return observation, reward, *rest


def main(steps: int = 20_000) -> None:
    """Prints what both checks say (steps: of ours, but for one pass of each check)."""
    at_least_one(steps=steps)
    print("States are labelled from 1: the observation 0 is state 1.")
    for kind, limit in {RewardLineEnv: None, PaidOnLeaving: None, EndsAtTheLimit: 5, CoinIsGone: None}.items():
        with warnings.catch_warnings(record=True) as warned:
            check_env(kind(), skip_render_check=True)
        found = check_env_semantics(kind(), max_episode_steps=limit, steps=steps)
        print(f"\n{kind.__name__}\n  check_env: {'; '.join(str(w.message) for w in warned) or 'nothing to say'}")
        said = "; ".join(map(": ".join, (finding[:2] for finding in found))) or "nothing to say"
        print(fill(f"  check_env_semantics: {said}", 100, subsequent_indent="    "))


if __name__ == "__main__":
    run(main)
