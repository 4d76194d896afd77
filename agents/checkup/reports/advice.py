"""Advice for each bug of the catalogue, in plain words: what the agent does, and the one change that mends it."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """Behaviour of an agent with a bug, and the change that mends it."""

    wrong: str
    change: str


_EPISODES = {
    "terminal-bootstrap": Advice(
        "it adds the value of the observation after the end, as if the episode went on",
        "store `terminated` with each transition, and multiply the bootstrap by `1 - terminated`",
    ),
    "episodes-stitched": Advice(
        "it takes the first state of the next episode for the successor of the last step",
        "store S' with each transition, and stop at ends",
    ),
    "terminal-transitions-dropped": Advice(
        "it never learns from the last step of an episode",
        "add the transition first, then look whether the episode is over",
    ),
    "terminal-reward-overridden": Advice(
        "it replaces the reward of the last step by a constant",
        "delete that line; shape rewards in a wrapper of the environment, where it can be seen",
    ),
    "terminal-reward-scaled": Advice(
        "it takes the reward of the last step twice, or with the other sign",
        "add each reward once, as it comes; turn signs in the environment, for both players alike",
    ),
    "truncation-as-termination": Advice(
        "it takes a time limit for the end, after which nothing follows",
        "let both flags end the loop, but only `terminated` go into the target",
    ),
    "reset-observation-as-next": Advice(
        "where a limit cuts an episode off, it takes the first state of the next one for S'",
        "in same-step autoreset take S' from `info['final_obs']`; or use next-step autoreset, and skip the reset step",
    ),
    "termination-at-limit-as-truncation": Advice(
        "it bootstraps from an end that comes in the very last step before the limit",
        "let `terminated` alone decide whether to bootstrap",
    ),
    "autoreset-transition-learned": Advice(
        "it learns from the step that only resets a lane",
        "remember `done = terminated | truncated` of the last step, and leave those lanes out of this one",
    ),
    "stale-first-observation": Advice(
        "after a reset it chooses by the observation that the last episode ended with",
        "use what `reset` returns, and clear stacked frames",
    ),
    "done-inverted": Advice(
        "it bootstraps from ends, and from nothing else", "multiply the bootstrap by `1 - terminated`"
    ),
    "done-one-step-late": Advice(
        "it uses the flag of the step before, so ends are bootstrapped from, and first steps are not",
        "store the flag that the same `env.step` returns",
    ),
}
_REWARDS = {
    "reward-shifted": Advice(
        "each transition holds the reward of the step before, or of the state that is left", "store after stepping"
    ),
    "reward-clipped": Advice("it clips or squashes rewards whose size matters", "leave the wrapper away"),
    "reward-rounded": Advice(
        "it stores rewards as whole numbers, without what is behind the point", "give the array of rewards `float32`"
    ),
    "reward-scaled": Advice(
        "it multiplies all rewards by a constant that was not declared",
        "divide the values that you report by the constant, or leave it away",
    ),
    "reward-moved": Advice(
        "it adds a constant to every reward, which changes what is best", "make the constant part of the environment"
    ),
    "reward-accumulated": Advice(
        "each transition holds the return of the episode so far",
        "keep the sum under another name, and store the reward of the step",
    ),
    "unpaid-transitions-dropped": Advice(
        "it never learns from steps that pay 0", "learn from every step: ask `reward is not None`, not `reward`"
    ),
}
_RETURNS = {
    "wrong-gamma": Advice("its target uses another discount than was set", "pass the discount that was set"),
    "gamma-squared": Advice(
        "it applies the discount twice", "discount in one place, and name the result so that nobody does it again"
    ),
    "gamma-zero": Advice(
        "it does not bootstrap at all: every action is worth its reward",
        "print a batch of targets beside its rewards, and look for a mask or values that are always 0",
    ),
    "nstep-gamma-power": Advice(
        "after n rewards it discounts the bootstrap once in place of n times",
        "store the discount with the window, which is also right for windows that an end makes shorter",
    ),
    "nstep-crosses-episodes": Advice(
        "its windows of n steps run on into the next episode", "close all open windows when an episode ends"
    ),
    "returns-cut-at-limit": Advice(
        "it sums returns up to a time limit, as if nothing followed",
        "begin the sum with what the last state is worth, or learn only from episodes that have ended",
    ),
    "returns-normalised": Advice(
        "it takes the mean of an episode off its returns, and divides by their deviation",
        "take off what each state is worth on average, or normalise over many episodes at once",
    ),
    "returns-of-parts": Advice(
        "it sums returns over parts of episodes, as if nothing followed a part",
        "begin the sum of each part with what its last state is worth",
    ),
}
_CHOICES = {
    "min-for-max": Advice("it bootstraps from the smallest value", "write `max` in place of `min`"),
    "mean-for-max": Advice("it bootstraps from the mean over all actions", "write `max` in place of `mean`"),
    "on-policy-bootstrap": Advice(
        "it bootstraps from the action that it takes next, exploration included",
        "bootstrap from the largest value; or pass learns='on-policy', if it is Sarsa",
    ),
    "argmax-at-wrong-state": Advice(
        "it bootstraps from the action that is best in another state",
        "write the argmax and the value of the same rows in one line: `q[next_state, q[next_state].argmax()]`",
    ),
    "policy-at-wrong-state": Advice(
        "it chooses the next action in the state that it leaves", "choose the next action after the step"
    ),
    "constant-action-bootstrap": Advice(
        "it bootstraps from one and the same action", "look for an index that should have been a slice"
    ),
    "max-over-wrong-axis": Advice(
        "it takes the maximum over the batch or the whole table", "take it over the actions: `max(axis=1)`"
    ),
    "bootstrap-from-action-taken": Advice(
        "it bootstraps from the action that it took in this state",
        "take the largest value of the next state, not the column of `action`",
    ),
    "argmax-for-max": Advice("it takes the best action's number for its value", "write `max` in place of `argmax`"),
}
_TARGETS = {
    "target-never-synced": Advice(
        "its target network is never updated", "copy the weights into the target, and compare both after it"
    ),
    "target-sync-rare": Advice(
        "it syncs the target so seldom that values spread one step back per sync",
        "sync oftener, and count the steps that the setting means",
    ),
    "target-is-the-network": Advice(
        "its target is the network itself under a second name", "copy the weights, e.g. by `copy.deepcopy`"
    ),
    "wrong-network-in-target": Advice(
        "it computes targets by the online network, and its target network has no effect",
        "call the target network for the values of next states",
    ),
    "gradient-through-target": Advice(
        "its gradient also flows through the target", "put `no_grad`, `detach` or `stop_gradient` around the target"
    ),
    "dueling-mean-over-batch": Advice(
        "the values of a state depend on its neighbours in the batch",
        "take the mean advantage over the actions: `mean(axis=1, keepdims=True)`",
    ),
    "targets-broadcast": Advice(
        "its loss pairs every value with every target: shapes [B, 1] and [B]",
        "give values and targets one shape, and assert it",
    ),
}
_CELLS = {
    "state-off-by-one": Advice(
        "it updates the row of the state before or after", "count states as the environment does"
    ),
    "wrong-action-updated": Advice(
        "it updates another action than the one that was taken",
        "store the action that was handed to `env.step`, after all exploration and all mappings",
    ),
    "all-actions-updated": Advice(
        "it updates all actions of the state",
        "choose the column of the action before the loss; go on to the next action after the update",
    ),
    "observation-aliased": Advice(
        "both states of a transition are one and the same, by a wrong index or an array that is written over",
        "look at the state of the target, then copy observations on storing",
    ),
}
_BEHAVIOUR = {
    "epsilon-inverted": Advice(
        "it explores with probability 1 - epsilon", "write `any_action() if random() < epsilon else best(state)`"
    ),
    "epsilon-never-decays": Advice(
        "its schedule of exploration stands still", "compute epsilon from the step, as a function, and log it"
    ),
    "epsilon-always-zero": Advice(
        "it stops exploring at once", "log epsilon, and look for a schedule that overshoots below 0"
    ),
    "argmin-policy": Advice(
        "it does what its own values say is worst", "look for a sign that is turned, and for `argmin`"
    ),
    "action-zero-falsy": Advice(
        "it takes action 0 for no action", "ask `action is None`, not `not action` or `action or ...`"
    ),
    "ties-always-first": Advice(
        "it breaks ties in favour of the first action", "choose among the largest values at random"
    ),
    "seed-ignored": Advice(
        "two trainings with one seed differ", "seed every generator, that of `env.action_space` included"
    ),
    "load-incomplete": Advice(
        "what it loads is not what it saved",
        "test saving, loading and going on beside a run that was not interrupted",
    ),
}

#: Advice by the id of each bug.
ADVICE: dict[str, Advice] = _EPISODES | _REWARDS | _RETURNS | _CHOICES | _TARGETS | _CELLS | _BEHAVIOUR


#: What is said of wrong values that no bug of the catalogue explains, above the step that shows them best.
NOT_KNOWN = (
    "No bug of the catalogue has these values.",
    "Next: work out the target of the step below by hand, and print it beside the agent's.",
)


def explained(bug: str) -> list[str]:
    """Sentences about a bug, or about both of a pair: what the agent does, and the change that mends it.

    >>> explained("min-for-max")
    ['min-for-max: it bootstraps from the smallest value.', 'Change: write `max` in place of `min`.']
    """
    told = [(part, ADVICE[part]) for part in bug.split(" + ")]
    return [text for part, advice in told for text in (f"{part}: {advice.wrong}.", f"Change: {advice.change}.")]
