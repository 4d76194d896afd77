"""Every mutant with its accepted bug ids, and right agents with the options of their checkup."""

from functools import partial

import gymnasium

import agents
from agents.policies import EpsilonGreedy, Softmax
from agents.schedules import Exponential, Linear
from mutants import acting, tabular
from mutants.right import Right, training


def lanes(env, *, gamma, steps, seed):
    """Learns from reset steps where there are lanes."""
    kind = tabular.AutoresetTransitionLearned
    agent = kind.for_env(env, gamma=gamma, seed=seed, policy=EpsilonGreedy(0.3))
    if isinstance(env, gymnasium.vector.VectorEnv):
        return agent.learn_all(env, steps, seed)
    agents.train(env, agent, steps=steps, seed=seed)
    return agent


def own(env, *, gamma, steps, seed, kind=agents.QLearning, **settings):
    """Trains one of our own agents."""
    agent = kind.for_env(env, gamma=gamma, seed=seed, **settings)
    agents.train(env, agent, steps=steps, seed=seed)
    return agent


FALLING = Linear(1.0, 0.1, steps=1_000)

#: name: (train, the right ids, options of the checkup)
MUTANTS = {
    "terminal-bootstrap": (training(tabular.TerminalBootstrap), ["terminal-bootstrap"], {}),
    "episodes-stitched": (training(tabular.EpisodesStitched), ["episodes-stitched"], {}),
    "truncation-as-termination": (training(tabular.TruncationAsTermination), ["truncation-as-termination"], {}),
    "reset-observation-as-next": (training(tabular.ResetObservationAsNext), ["reset-observation-as-next"], {}),
    "autoreset-transition-learned": (lanes, ["autoreset-transition-learned"], {"vector": True}),
    "termination-at-limit-as-truncation": (
        training(tabular.TerminationAtLimitAsTruncation),
        ["termination-at-limit-as-truncation"],
        {},
    ),
    "terminal-transitions-dropped": (
        training(tabular.TerminalTransitionsDropped),
        ["terminal-transitions-dropped"],
        {},
    ),
    "stale-first-observation": (training(acting.StaleFirstObservation), ["stale-first-observation"], {}),
    "values-rounded": (training(tabular.ValuesRounded), ["values-rounded"], {}),
    "reward-shifted": (training(tabular.RewardShifted), ["reward-shifted"], {}),
    "wrong-gamma": (training(tabular.WrongGamma), ["wrong-gamma"], {}),
    "gamma-zero": (training(tabular.GammaZero), ["gamma-zero"], {}),
    "nstep-gamma-power": (training(tabular.NStepGammaPower), ["nstep-gamma-power"], {"learns": "n-step"}),
    "nstep-crosses-episodes": (
        training(tabular.NStepCrossesEpisodes),
        ["nstep-crosses-episodes"],
        {"learns": "n-step"},
    ),
    "reward-clipped": (training(tabular.RewardClipped), ["reward-clipped"], {}),
    "terminal-reward-overridden": (training(tabular.TerminalRewardOverridden), ["terminal-reward-overridden"], {}),
    "target-never-synced": (training(tabular.TargetNeverSynced), ["target-never-synced"], {}),
    "target-sync-rare": (training(tabular.TargetSyncRare), ["target-sync-rare", "target-never-synced"], {}),
    "gradient-through-target": (training(tabular.GradientThroughTarget), ["gradient-through-target"], {}),
    "observation-aliased": (training(tabular.ObservationAliased), ["observation-aliased"], {}),
    "next observation aliased": (training(tabular.NextObservationAliased), ["observation-aliased"], {}),
    "min-for-max": (training(tabular.MinForMax), ["min-for-max"], {}),
    "mean-for-max": (training(tabular.MeanForMax), ["mean-for-max"], {}),
    "on-policy-bootstrap": (training(tabular.OnPolicyBootstrap), ["on-policy-bootstrap"], {}),
    "epsilon-inverted": (training(acting.EpsilonInverted), ["epsilon-inverted"], {"epsilon": 0.3}),
    "epsilon-never-decays": (training(acting.EpsilonNeverDecays), ["epsilon-never-decays"], {"epsilon": FALLING}),
    "epsilon-always-zero": (training(acting.EpsilonAlwaysZero), ["epsilon-always-zero"], {"epsilon": 0.3}),
    "argmin-policy": (training(acting.ArgminPolicy), ["argmin-policy"], {}),
    "action-zero-falsy": (training(acting.ActionZeroFalsy), ["action-zero-falsy"], {}),
    "action zero never": (training(acting.ActionZeroNever), ["action-zero-falsy"], {}),
    "seed-ignored": (training(acting.SeedIgnored), ["seed-ignored"], {}),
    "dueling-mean-over-batch": (training(tabular.DuelingMeanOverBatch), ["dueling-mean-over-batch"], {}),
    "load-incomplete": (training(acting.LoadIncomplete), ["load-incomplete"], {}),
    "target-is-the-network": (training(acting.TargetIsTheNetwork), ["target-is-the-network"], {}),
    "done-inverted": (training(tabular.DoneInverted), ["done-inverted"], {}),
    "done-one-step-late": (training(tabular.DoneOneStepLate), ["done-one-step-late"], {}),
    "max-over-wrong-axis": (training(tabular.MaxOverWrongAxis), ["max-over-wrong-axis"], {}),
    "bootstrap-from-action-taken": (training(tabular.BootstrapFromActionTaken), ["bootstrap-from-action-taken"], {}),
    "argmax-for-max": (training(tabular.ArgmaxForMax), ["argmax-for-max"], {}),
    "targets-broadcast": (training(tabular.TargetsBroadcast), ["targets-broadcast"], {}),
    "reward-rounded": (training(tabular.RewardRounded), ["reward-rounded"], {}),
    "reward late, over episodes": (training(tabular.RewardLate), ["reward-shifted"], {}),
    "reset step learned": (training(tabular.ResetStepLearned), ["autoreset-transition-learned"], {}),
    "rewards doubled": (training(tabular.RewardDoubled), ["reward-scaled"], {}),
}

#: Ids that no mutant here is convicted of, and why.
UNSEEN = {
    "wrong-network-in-target, of a table": "a table has no second network",
    "ties-always-first": "breaking ties always alike is no error of the values, and usual in agents that are right",
    "target-sync-rare, of a network": "it is slow, and so inconclusive: the report says to sync the target oftener",
}

#: Wrong in a way that is in no catalogue.
UNKNOWN = training(tabular.SquaredReward)


def right(learns="optimal", **settings):
    """One of our own agents, as an entry."""
    return partial(own, **settings), None, {"learns": learns}


#: Agents that are right, however set up.
RIGHT = {
    "right": (training(Right), None, {"epsilon": 0.3}),
    "ties-always-first": (training(acting.TiesAlwaysFirst), None, {"epsilon": 0.3}),
    "right n-step": (training(tabular.NStep), None, {"learns": "n-step"}),
    "right n-step, undeclared": (training(tabular.NStep), None, {}),
    "Q-learning": right(),
    "Q-learning, alpha 0.5": right(alpha=0.5),
    "Q-learning, alpha 1": right(alpha=1.0),
    "Q-learning, alpha 0.01": right(alpha=0.01),
    "Q-learning, alpha 1e-7": right(alpha=1e-7),
    "Q-learning, falling alpha": right(alpha=lambda n: n**-0.7),
    "Q-learning, alpha 1/n": right(alpha=agents.sample_average),
    "Q-learning from 20": right(initial_value=20.0),
    "Q-learning, epsilon falls": right(policy=EpsilonGreedy(Exponential(1.0, 0.05, half_life=500))),
    "Q-learning, epsilon 1": right(policy=EpsilonGreedy(1.0)),
    "Q-learning, greedy": right(policy=EpsilonGreedy(0.0)),
    "Q-learning, softmax": right(policy=Softmax(1.0)),
    "Double Q-learning": right(kind=agents.DoubleQLearning),
    "Q(lambda)": right(kind=agents.QLambda),
    "Dyna-Q": right(kind=agents.DynaQ),
    "Sarsa": right(kind=agents.Sarsa, learns="on-policy"),
    "Sarsa, alpha 0.01": right(kind=agents.Sarsa, learns="on-policy", alpha=0.01, policy=EpsilonGreedy(0.1)),
    "Sarsa, epsilon 0.5": right(kind=agents.Sarsa, learns="on-policy", policy=EpsilonGreedy(0.5)),
    "Expected Sarsa": right(kind=agents.ExpectedSarsa, learns="on-policy", policy=EpsilonGreedy(0.3)),
    "Sarsa(lambda)": right(kind=agents.SarsaLambda, learns="on-policy", alpha=0.02),
    "Monte Carlo": right(kind=agents.MonteCarlo, learns="on-policy", alpha=0.02, policy=EpsilonGreedy(0.3)),
    "n-step Q": right(kind=agents.NStepQ, learns="n-step", policy=EpsilonGreedy(0.3)),
    "n-step Sarsa": right(kind=agents.NStepSarsa, learns="on-policy", policy=EpsilonGreedy(0.3)),
}
