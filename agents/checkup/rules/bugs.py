"""Every known bug that learned values show: what the agent does, the change that mends it, and its update rules."""

from __future__ import annotations

from typing import Any, NamedTuple

from agents.checkup.rules import words as w
from agents.checkup.rules.experience import WHOLE

N_STEPS = (2, 3, 4, 5)


class Bug(NamedTuple):
    """A bug in words for reports, and in words for slots."""

    wrong: str  # what the agent does
    change: str  # the one change that mends it
    forms: tuple[dict[str, Any], ...] = ()  # of each possible rule, the slots that are not right


def _bug(wrong: str, change: str, *forms: dict[str, Any], **slots: Any) -> Bug:
    """A bug of several forms, or with one form given by its slots."""
    return Bug(wrong, change, forms or (slots,))


_ENDS = {
    "terminal-bootstrap": _bug(
        "it adds the value of the observation after the end, as if the episode went on",
        "store `terminated` with each transition, and multiply the bootstrap by `1 - terminated`",
        mask=w.none,
    ),
    "episodes-stitched": _bug(
        "it takes the first state of the next episode for the successor of the last step",
        "store S' with each transition, and stop at ends",
        {"mask": w.none, "successor": w.begin_where_terminated},
        {"mask": w.none, "successor": w.begin},
    ),
    "truncation-as-termination": _bug(
        "it takes a time limit for the end, after which nothing follows",
        "let both flags end the loop, but only `terminated` go into the target",
        mask=w.until_done,
    ),
    "reset-observation-as-next": _bug(
        "where a limit cuts an episode off, it takes the first state of the next one for S'",
        "in same-step autoreset take S' from `info['final_obs']`; or use next-step autoreset, and skip the reset step",
        successor=w.begin_where_cut,
    ),
    "autoreset-transition-learned": _bug(
        "it learns from the step that only resets a lane",
        "remember `done = terminated | truncated` of the last step, and leave those lanes out of this one",
        samples=w.with_resets,
    ),
    "termination-at-limit-as-truncation": _bug(
        "it bootstraps from an end that comes in the very last step before the limit",
        "let `terminated` alone decide whether to bootstrap",
        mask=w.before_the_limit,
    ),
    "terminal-transitions-dropped": _bug(
        "it never learns from the last step of an episode",
        "add the transition first, then look whether the episode is over",
        {"samples": w.without_terminated},
        {"samples": w.without_done},
    ),
    "unpaid-transitions-dropped": _bug(
        "it never learns from steps that pay 0",
        "learn from every step: ask `reward is not None`, not `reward`",
        samples=w.rewarded,
    ),
    "done-inverted": _bug(
        "it bootstraps from ends, and not where the episode goes on, or is cut off",
        "multiply the bootstrap by `1 - terminated`",
        *({"mask": word} for word in (w.inverted, w.until_cut, w.bitwise)),
    ),
    "done-one-step-late": _bug(
        "it uses the flag of the step before, so ends are bootstrapped from, and first steps are not",
        "store the flag that the same `env.step` returns",
        *({"mask": word} for word in (w.one_step_late, w.one_step_late_of_any)),
    ),
}
_REWARDS = {
    "reward-shifted": _bug(
        "each transition holds the reward of the step before, or of the state that is left",
        "store after stepping",
        *({"reward": word} for word in (w.previous, w.previous_across, w.of_state)),
    ),
    "reward-clipped": _bug(
        "it clips or squashes rewards whose size matters",
        "leave the wrapper away",
        {"reward": w.clipped, "constant": 1.0},
        *({"reward": word} for word in (w.sign, w.positive, w.absolute, w.squashed)),
    ),
    "reward-rounded": _bug(
        "it stores rewards as whole numbers", "give the array of rewards `float32`", reward=w.whole_number
    ),
    "reward-accumulated": _bug(
        "each transition holds the return of the episode so far",
        "keep the sum under another name, and store the reward of the step",
        reward=w.so_far,
    ),
    "reward-scaled": _bug(
        "it multiplies all rewards by a constant that was not declared",
        "divide the values that you report by the constant, or leave it away",
        {"reward": w.scaled, "constant": None},
        {"reward": w.scaled_by_gamma},
    ),
    "reward-negated": _bug(
        "it looks for the smallest rewards",
        "look for the sign of the reward, the advantage or the loss: an optimiser minimises",
        reward=w.negated,
    ),
    "reward-moved": _bug(
        "it adds a constant to every reward, which changes what is best",
        "make the constant part of the environment",
        reward=w.moved,
        constant=None,
    ),
    "terminal-reward-overridden": _bug(
        "it replaces the reward of the last step by a constant",
        "delete that line; shape rewards in a wrapper of the environment, where it can be seen",
        *({"reward": word, "constant": None} for word in (w.constant_at_end, w.constant_at_any_end)),
    ),
    "terminal-reward-scaled": _bug(
        "it takes the reward of the last step twice, or with the other sign",
        "add each reward once, as it comes; turn signs in the environment, for both players alike",
        *({"reward": w.scaled_at_end, "constant": factor} for factor in (-1.0, 2.0)),
    ),
}
_BOOTSTRAPS = {
    "gamma-zero": _bug(
        "it does not bootstrap at all: every action is worth its reward",
        "print a batch of targets beside its rewards, and look for a mask or values that are always 0",
        discount=w.zero,
    ),
    "gamma-squared": _bug(
        "it applies the discount twice",
        "discount in one place, and name the result so that nobody does it again",
        discount=w.squared,
    ),
    "target-never-synced": _bug(
        "its target network is never updated",
        "copy the weights into the target, and compare both after it",
        {"choice": w.frozen, "constant": None},
        {"choice": w.kept},
    ),
    "wrong-gamma": _bug(
        "its target uses another discount than was set",
        "pass the discount that was set",
        discount=w.another,
        factor=None,
    ),
    "min-for-max": _bug("it bootstraps from the smallest value", "write `max` in place of `min`", choice=w.worst),
    "mean-for-max": _bug(
        "it bootstraps from the mean over all actions", "write `max` in place of `mean`", choice=w.mean_action
    ),
    "on-policy-bootstrap": _bug(
        "it bootstraps from the action that it takes next, exploration included",
        "bootstrap from the largest value; or pass learns='on-policy', if it is Sarsa",
        choice=w.own_policy,
    ),
    "bootstrap-from-action-taken": _bug(
        "it bootstraps from the action that it took in this state",
        "take the largest value of the next state, not the column of `action`",
        choice=w.same_action,
    ),
    "argmax-at-wrong-state": _bug(
        "it bootstraps from the action that is best in another state",
        "write the argmax and the value of the same rows in one line: `q[next_state, q[next_state].argmax()]`",
        *({"choice": word} for word in (w.best_here, w.best_of_another, w.best_on_average)),
    ),
    "policy-at-wrong-state": _bug(
        "it chooses the next action in the state that it leaves",
        "choose the next action after the step",
        choice=w.own_policy_here,
    ),
    "constant-action-bootstrap": _bug(
        "it bootstraps from one and the same action",
        "look for an index that should have been a slice",
        *({"choice": word} for word in (w.first_action, w.second_action)),
    ),
    "max-over-wrong-axis": _bug(
        "it takes the maximum over the batch or the whole table",
        "take it over the actions: `max(axis=1)`",
        *({"choice": word} for word in (w.largest_of_all, w.largest_of_action, w.largest_of_best)),
    ),
    "argmax-for-max": _bug(
        "it takes the best action's number for its value", "write `max` in place of `argmax`", choice=w.index
    ),
}
_UPDATES = {
    "observation-aliased": _bug(
        "both states of a transition are one and the same, by a wrong index or an array that is written over",
        "look at the state of the target, then copy observations on storing",
        {"cell": w.arrived},
        {"successor": w.here},
    ),
    "state-off-by-one": _bug(
        "it updates the row of the state before or after",
        "count states as the environment does",
        *({"cell": word} for word in (w.before, w.after)),
    ),
    "wrong-action-updated": _bug(
        "it updates another action than the one that was taken",
        "store the action that was handed to `env.step`, after all exploration and all mappings",
        cell=w.other_action,
    ),
    "all-actions-updated": _bug(
        "it updates all actions of the state",
        "choose the column of the action before the loss; go on to the next action after the update",
        cell=w.every_action,
    ),
    "targets-broadcast": _bug(
        "its loss pairs every value with every target: shapes [B, 1] and [B]",
        "give values and targets one shape, and assert it",
        loss="shared",
    ),
    "gradient-through-target": _bug(
        "its gradient also flows through the target",
        "put `no_grad`, `detach` or `stop_gradient` around the target",
        loss="residual",
    ),
    "nstep-gamma-power": _bug(
        "after n rewards it discounts the bootstrap once in place of n times",
        "store the discount with the window, which is also right for windows that an end makes shorter",
        *({"steps": n, "discount": w.of_one_step} for n in N_STEPS),
    ),
    "nstep-crosses-episodes": _bug(
        "its windows of n steps run on into the next episode",
        "close all open windows when an episode ends",
        *({"steps": n, "across": True} for n in N_STEPS),
    ),
    "returns-cut-at-limit": _bug(
        "it sums returns up to a time limit, as if nothing followed",
        "begin the sum with what the last state is worth, or learn only from episodes that have ended",
        *({"steps": WHOLE, "mask": w.until_done, "samples": word} for word in (w.every, w.first_visits)),
    ),
    "returns-normalised": _bug(
        "it takes the mean of an episode off its returns, and divides by their deviation",
        "take off what each state is worth on average, or normalise over many episodes at once",
        samples=w.normalised,
        discount=w.zero,
    ),
    "returns-of-parts": _bug(
        "it sums returns over parts of episodes, as if nothing followed a part",
        "begin the sum of each part with what its last state is worth",
        *({"steps": WHOLE, "parts": n, "discount": w.zero} for n in N_STEPS),
    ),
}

#: The bugs that learned values show.
OF_VALUES: dict[str, Bug] = _ENDS | _REWARDS | _BOOTSTRAPS | _UPDATES
