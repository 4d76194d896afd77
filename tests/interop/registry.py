"""Agents of other libraries: where they are trained, from which packages, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

ON_POLICY = {"learns": "on-policy"}

#: What to ask the authors where a check warned.
REFERENCE = {
    "in-place": "Is it meant that `DummyVecEnv` hands on the last observation of an episode, `terminal_observation`, "
    "without a copy? An environment that writes all observations into one array changes it in `reset()`. With a copy "
    "there the check passes."
}
SAME_ACTION = {
    "seed": "Is it meant that `sample_space` of a `Discrete` space gives the same actions each time it is called? It "
    "samples from a new `batch_space`, which has a copy of the generator of the action space, so that all random "
    "actions of a training are the same one, whatever the seed. With actions drawn anew it passes with a fraction of "
    "the steps, and without a warning."
}
SAMPLING = {
    "seed": "Is it meant that `config.debugging(seed=...)` leaves `EpisodeReplayBuffer` unseeded? Its generator is "
    "`np.random.default_rng(seed=None)`, so that two trainings with one seed draw other batches as soon as they learn."
}


class Entry(NamedTuple):
    """An agent of a library, right or with one planted bug."""

    library: str
    place: str  # module:function, in `libraries`
    packages: tuple[str, ...]  # whose versions count
    options: Mapping[str, Any] = {}  # of the checkup
    bug: str = ""  # that was planted
    questions: Mapping[str, str] = {}  # by the check that warned

    @property
    def right(self) -> bool:
        """Whether nothing was planted."""
        return not self.bug


def _of(library: str, module: str, packages: tuple[str, ...], agents: Mapping[str, Any]) -> dict[str, Entry]:
    """Entries of one library; of each agent the function, and what else is to be said of it."""
    return {
        f"{library}: {name}": Entry(library, f"{module}:{function}", packages, **more)
        for name, (function, more) in agents.items()
    }


STABLE = _of(
    "Stable-Baselines3",
    "stable_baselines",
    ("stable-baselines3", "torch", "gymnasium"),
    {
        "DQN": ("dqn", {"questions": REFERENCE}),
        "PPO": ("ppo", {"questions": REFERENCE}),
        "A2C": ("a2c", {"questions": REFERENCE}),
        "DQN, cuts taken for ends": ("dqn_that_takes_cuts_for_ends", {"bug": "truncation-as-termination"}),
        "DQN, clipped rewards": ("dqn_of_clipped_rewards", {"bug": "reward-clipped"}),
        "PPO, clipped rewards": ("ppo_of_clipped_rewards", {"bug": "reward-clipped"}),
        "A2C, clipped rewards": ("a2c_of_clipped_rewards", {"bug": "reward-clipped"}),
    },
)
CONTRIB = _of(
    "sb3-contrib",
    "stable_baselines",
    ("sb3-contrib", "stable-baselines3", "torch", "gymnasium"),
    {
        "QR-DQN": ("qr_dqn", {"questions": REFERENCE}),
        "QR-DQN, told another gamma": ("qr_dqn_told_another_gamma", {"bug": "wrong-gamma"}),
    },
)
TIANSHOU = _of(
    "Tianshou",
    "tianshou_dqn",
    ("tianshou", "torch", "gymnasium"),
    {
        "DQN": ("dqn", {}),
        "DQN, told another gamma": ("told_another_gamma", {"bug": "wrong-gamma"}),
    },
)
CLEANRL = _of(
    "CleanRL's style",
    "cleanrl_dqn",
    ("torch", "gymnasium"),
    {
        "DQN": ("train", {}),
        "DQN, cuts taken for ends": ("takes_cuts_for_ends", {"bug": "truncation-as-termination"}),
        "DQN, no mask for the end": ("goes_on_after_the_end", {"bug": "terminal-bootstrap"}),
        "DQN, learns from resets": ("learns_from_resets", {"bug": "autoreset-transition-learned"}),
    },
)
FLAX = _of(
    "Flax",
    "flax_dqn",
    ("flax", "jax", "optax", "gymnasium"),
    {
        "DQN": ("train", {}),
        "DQN, no mask for the end": ("goes_on_after_the_end", {"bug": "terminal-bootstrap"}),
    },
)
MUSHROOM = _of(
    "MushroomRL",
    "mushroom",
    ("mushroom-rl", "numpy"),
    {
        "Q-learning": ("q_learning", {}),
        "SARSA": ("sarsa", {"options": ON_POLICY}),
        "Double Q-learning": ("double_q_learning", {}),
        "Expected SARSA": ("expected_sarsa", {"options": ON_POLICY}),
        "Weighted Q-learning": ("weighted_q_learning", {}),
        "Speedy Q-learning": ("speedy_q_learning", {}),
        "Q-learning, cuts taken for ends": (
            "q_learning_that_takes_cuts_for_ends",
            {"bug": "truncation-as-termination"},
        ),
        "SARSA, told another gamma": ("sarsa_told_another_gamma", {"options": ON_POLICY, "bug": "wrong-gamma"}),
        "Double Q-learning, last steps dropped": (
            "double_q_learning_without_ends",
            {"bug": "terminal-transitions-dropped"},
        ),
    },
)
PFRL = _of(
    "PFRL",
    "pfrl_dqn",
    ("pfrl", "torch", "gymnasium"),
    {
        "DQN": ("dqn", {}),
        "Double DQN": ("double_dqn", {}),
        "DQN, cuts taken for ends": ("dqn_that_takes_cuts_for_ends", {"bug": "truncation-as-termination"}),
    },
)
SKRL = _of(
    "skrl",
    "skrl_dqn",
    ("skrl", "torch", "gymnasium"),
    {
        "DQN": ("dqn", {"questions": SAME_ACTION, "options": {"steps": 200}}),  # it may never see all
        "DQN, random actions drawn anew": ("exploring_dqn", {}),
        "DQN, scaled rewards": ("dqn_of_scaled_rewards", {"bug": "reward-scaled"}),
    },
)
RLLIB = _of(
    "RLlib",
    "rllib_dqn",
    ("ray", "torch", "gymnasium"),
    {
        "DQN": ("dqn", {"questions": SAMPLING}),
        "DQN, told another gamma": ("dqn_told_another_gamma", {"bug": "wrong-gamma"}),
    },
)

#: All that are published.
ENTRIES: dict[str, Entry] = STABLE | CONTRIB | TIANSHOU | CLEANRL | FLAX | MUSHROOM | PFRL | SKRL | RLLIB
RIGHT = {name: entry for name, entry in ENTRIES.items() if entry.right}
PLANTED = {name: entry for name, entry in ENTRIES.items() if not entry.right}
