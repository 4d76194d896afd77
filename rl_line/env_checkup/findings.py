"""Findings of the checkup of an environment: their names, and their meanings."""

from typing import NamedTuple


class Finding(NamedTuple):
    """A difference between an environment and its table."""

    id: str
    message: str
    error_rate: float = 0.0  # the probability of this finding in a right environment; 0 for a proof


#: Meanings by the id of a `Finding`.
FINDINGS: dict[str, str] = {
    "observation-space": "there are more or fewer observations than states in the table",
    "action-space": "there are more or fewer actions than in the table",
    "observation": "an observation shows no state of the table",
    "start-state": "an episode started where the table never starts one",
    "start-probability": "starts have other frequencies than in the table",
    "next-state": "a move led where the table says it cannot lead",
    "reward": "a move paid what the table says it cannot pay",
    "transition-probability": "outcomes of a move have other frequencies than in the table",
    "termination-missed": "an episode went on in a terminal state",
    "termination-early": "an episode terminated in a state that is not terminal",
    "termination-as-truncation": "the arrival in a terminal state was called a truncation",
    "truncation-as-termination": "the time limit was called a termination",
    "truncated-early": "an episode was truncated before its limit",
    "truncated-late": "an episode was not truncated at its limit",
    "truncated-unevenly": "episodes were truncated after different numbers of steps, and no limit is declared",
    "state-leaks": "the same seed and actions led to something else after other episodes, and not by chance",
    "seed-ignored": "the same seed and actions led to other random draws",
    "seed-constant": "all seeds led to the same random draws",
    "reset-reseeds": "resets without a seed started the same random draws again",
    "observation-aliased": "an observation changed after it was returned, or writing into it changed the episode",
    "reward-aliased": "an array of rewards changed after it was returned",
    "terminated-aliased": "an array of terminations changed after it was returned",
    "truncated-aliased": "an array of truncations changed after it was returned",
    "lanes-identical": "all lanes of a vector environment had the same random draws",
    "terminal-observation": "the last observation of an episode of a lane is not the state arrived in",
    "final-observation": 'with SAME_STEP, info["final_obs"] had no last observation',
    "autoreset-start": "a lane that was reset by itself started where the table never starts",
    "autoreset-reward": "with NEXT_STEP, the step that only resets a lane paid something",
    "autoreset-flags": "with NEXT_STEP, the step that only resets a lane said that an episode ended",
    "reset-mask": "with DISABLED, the reset of some lanes changed others",
    "not-covered": "too little was seen to tell; nothing wrong was",
}
