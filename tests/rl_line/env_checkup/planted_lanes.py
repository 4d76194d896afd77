"""Lanes of the line with one thing wrong each, for the checkup of environments to name."""

from types import MappingProxyType

import numpy as np
from gymnasium.vector import AutoresetMode
from planted import LIMIT, REWARDS

from rl_line.vector import RewardLineVectorEnv


class TwoLanes(RewardLineVectorEnv):
    """Two lanes of the same line, whose steps `change` may change."""

    mode = AutoresetMode.NEXT_STEP
    line = MappingProxyType({})

    def __init__(self):
        super().__init__(2, max_episode_steps=LIMIT, autoreset_mode=self.mode, rewards=REWARDS, **self.line)

    def step(self, actions):
        before = self._finished.copy()
        return self.change(before, *super().step(actions))

    def change(self, before, *returned):
        return returned


def lanes(change=TwoLanes.change, **parts):
    return type("TwoLanes", (TwoLanes,), {"change": change, **parts})


def pays_for_resets(self, before, observation, reward, *rest):
    return observation, np.where(before, 2.0, reward), *rest


def ends_on_resets(self, before, observation, reward, terminated, *rest):
    return observation, reward, terminated | before, *rest


def shows_the_start(self, before, observation, reward, terminated, truncated, info):
    return np.where(terminated | truncated, 0, observation), reward, terminated, truncated, info


def starts_in_2(self, before, observation, *rest):
    self._row[before] = 2 * 2
    return np.where(before, 2, observation), *rest


def hides_the_last(self, before, *returned):
    returned[-1].pop("final_obs", None)
    return returned


def last_is_first(self, before, observation, reward, terminated, truncated, info):
    if "final_obs" in info:
        info["final_obs"] = np.where(terminated | truncated, 0, None)
    return observation, reward, terminated, truncated, info


def counts_on(self, before, observation, reward, terminated, truncated, info):
    self._elapsed[before] += 1
    return observation, reward, terminated, truncated, info


def one_array(index):
    """The same array for every step, changed in place."""

    def change(self, before, *returned):
        kept = self.__dict__.setdefault("kept", returned[index].copy())
        kept[...] = returned[index]
        return *returned[:index], kept, *returned[index + 1 :]

    return change


def resets_all(self, *, seed=None, options=None):
    return RewardLineVectorEnv.reset(self, seed=seed)


SAME, OFF = AutoresetMode.SAME_STEP, AutoresetMode.DISABLED
VECTOR = {
    "resets pay": (lanes(pays_for_resets), "autoreset-reward"),
    "resets end": (lanes(ends_on_resets), "autoreset-flags"),
    "shows the start in place of the end": (lanes(shows_the_start), "terminal-observation"),
    "resets to another state": (lanes(starts_in_2), "autoreset-start"),
    "counts the reset as a step": (lanes(counts_on), "truncated-early"),
    "no final observation": (lanes(hides_the_last, mode=SAME), "final-observation"),
    "the final observation is the first": (lanes(last_is_first, mode=SAME), "terminal-observation"),
    "a mask resets all lanes": (lanes(mode=OFF, reset=resets_all), "reset-mask"),
    "one array for observations": (lanes(one_array(0)), "observation-aliased"),
    "one array for rewards": (lanes(one_array(1)), "reward-aliased"),
    "one array for ends": (lanes(one_array(2)), "terminated-aliased"),
    "one array for truncations": (lanes(one_array(3)), "truncated-aliased"),
    "all lanes slip alike": (
        lanes(line={"slip": 0.2}, _uniforms=lambda self: np.repeat(self.np_random.random(), 2)),
        "lanes-identical",
    ),
}
