"""Every deep mutant with its accepted bug ids, and right deep agents, as `registry` for tables."""

from agents.deep.gradients import squared
from agents.policies import EpsilonGreedy, Softmax
from agents.schedules import Exponential, Linear
from mutants.networks import deep, deep_networks
from mutants.networks.deep import adam, training
from mutants.registry import FALLING

OPTIONS = {"steps": 1_000}  # of the checkup, for all of them: about as many as the right one needs

#: name: (train, the right ids, more options of the checkup)
MUTANTS = {
    "terminal-bootstrap": (training(deep.TerminalBootstrap), ["terminal-bootstrap"], {}),
    "episodes-stitched": (training(deep.EpisodesStitched), ["episodes-stitched"], {}),
    "truncation-as-termination": (training(deep.TruncationAsTermination), ["truncation-as-termination"], {}),
    "reset-observation-as-next": (training(deep.ResetObservationAsNext), ["reset-observation-as-next"], {}),
    "autoreset-transition-learned": (
        training(deep.AutoresetTransitionLearned),
        ["autoreset-transition-learned"],
        {"vector": True},
    ),
    "termination-at-limit-as-truncation": (
        training(deep.TerminationAtLimitAsTruncation),
        ["termination-at-limit-as-truncation"],
        {},
    ),
    "terminal-transitions-dropped": (training(deep.TerminalTransitionsDropped), ["terminal-transitions-dropped"], {}),
    "stale-first-observation": (training(deep.StaleFirstObservation), ["stale-first-observation"], {}),
    "reward-shifted": (training(deep.RewardShifted), ["reward-shifted"], {}),
    "wrong-gamma": (training(gamma=0.95), ["wrong-gamma"], {}),
    "gamma-zero": (training(gamma=0.0), ["gamma-zero"], {}),
    "nstep-gamma-power": (training(deep_networks.NStepGammaPower, n=3), ["nstep-gamma-power"], {"learns": "n-step"}),
    "nstep-crosses-episodes": (
        training(deep.NStepCrossesEpisodes, loss=squared, clip_norm=None),
        ["nstep-crosses-episodes"],
        {"learns": "n-step"},
    ),
    "reward-clipped": (training(deep.RewardClipped), ["reward-clipped"], {}),
    "terminal-reward-overridden": (training(deep.TerminalRewardOverridden), ["terminal-reward-overridden"], {}),
    "target-never-synced": (training(target_every=10**9), ["target-never-synced"], {}),
    "target-is-the-network": (training(deep_networks.TargetIsTheNetwork), ["target-is-the-network"], {}),
    "wrong-network-in-target": (training(deep_networks.WrongNetworkInTarget), ["wrong-network-in-target"], {}),
    "gradient-through-target": (
        training(deep_networks.GradientThroughTarget, optimizer=adam(1e-3)),
        ["gradient-through-target"],
        {},
    ),
    "dueling-mean-over-batch": (training(deep_networks.DuelingMeanOverBatch), ["dueling-mean-over-batch"], {}),
    "observation-aliased": (training(deep.ObservationAliased), ["observation-aliased"], {}),
    "next observation aliased": (training(deep.NextObservationAliased), ["observation-aliased"], {}),
    "array kept, not copied": (deep.keeping_references, ["observation-aliased"], {}),
    "min-for-max": (training(deep_networks.MinForMax), ["min-for-max"], {}),
    "mean-for-max": (training(deep_networks.MeanForMax), ["mean-for-max"], {}),
    "on-policy-bootstrap": (training(deep_networks.OnPolicyBootstrap), ["on-policy-bootstrap"], {}),
    "epsilon-inverted": (training(policy=EpsilonGreedy(0.7)), ["epsilon-inverted"], {"epsilon": 0.3}),
    "epsilon-never-decays": (training(policy=EpsilonGreedy(1.0)), ["epsilon-never-decays"], {"epsilon": FALLING}),
    "epsilon-always-zero": (training(policy=EpsilonGreedy(0.0)), ["epsilon-always-zero"], {"epsilon": 0.3}),
    "argmin-policy": (training(deep.ArgminPolicy), ["argmin-policy"], {}),
    "action-zero-falsy": (training(deep.ActionZeroFalsy), ["action-zero-falsy"], {}),
    "action zero never": (training(deep.ActionZeroNever), ["action-zero-falsy"], {}),
    "seed-ignored": (training(seed=None), ["seed-ignored"], {}),
    "load-incomplete": (training(deep_networks.LoadIncomplete), ["load-incomplete"], {}),
}

#: Wrong in a way that is in no catalogue.
UNKNOWN = training(deep.SquaredReward)


def right(learns="optimal", **settings):
    """A deep agent that is right, as an entry."""
    return training(**settings), None, {"learns": learns}


#: Deep agents that are right, however set up.
RIGHT = {
    "right": right(),
    "defaults": right(policy=EpsilonGreedy(0.1), optimizer=adam(1e-3), learning_starts=1_000, target_every=500),
    "double": right(double=True),
    "dueling": right(dueling=True),
    "double, dueling, prioritised": right(double=True, dueling=True, priority=0.6),
    "prioritised": right(priority=0.6),
    "n-step": right(n=3, learns="n-step"),
    "n-step, undeclared": right(n=3),
    "soft target": right(tau=0.05, target_every=4),
    "squares": right(loss=squared),
    "no clipping of gradients": right(loss=squared, clip_norm=None),
    "small network": right(hidden=(16,)),
    "linear in one-hot states": right(hidden=()),
    "large network": right(hidden=(256, 256), optimizer=adam(1e-3)),
    "Adam 1e-2": right(optimizer=adam(1e-2)),
    "Adam 1e-4": right(optimizer=adam(1e-4)),
    "Adam 1e-6": right(optimizer=adam(1e-6)),
    "batches of 8": right(batch_size=8),
    "memory of 500": right(memory_size=500),
    "several steps each": right(train_every=8, gradient_steps=8),
    "epsilon falls": right(policy=EpsilonGreedy(Exponential(1.0, 0.05, half_life=500))),
    "epsilon falls by line": right(policy=EpsilonGreedy(FALLING)),
    "epsilon 1": right(policy=EpsilonGreedy(1.0)),
    "epsilon 0": right(policy=EpsilonGreedy(Linear(0.0, 0.0, 1))),
    "softmax": right(policy=Softmax(1.0)),
    "target of 1,000 steps": right(target_every=1_000),
    "never began": right(learning_starts=10**9),
    "began late": right(learning_starts=1_900),
}
