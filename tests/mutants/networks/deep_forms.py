"""Forms of bugs that differ in a network, each a few lines from the right deep Q-learner."""

from keras import ops

from agents.deep.gradients import directly, values_by
from mutants.networks.deep import Right, TruncationAsTermination, adam, training
from mutants.networks.deep_networks import GradientThroughTarget, Targets


class EndsAndCutsDropped(Right):
    """`if not (terminated or truncated)` around what is remembered."""

    def learn(self, transition):
        return {} if transition.terminated or transition.truncated else super().learn(transition)


class LastRewardTurned(Right):
    def learn(self, transition):
        turned = -transition.reward if transition.terminated else transition.reward
        return super().learn(transition._replace(reward=turned))


class LastRewardDoubled(Right):
    def learn(self, transition):
        doubled = 2 * transition.reward if transition.terminated else transition.reward
        return super().learn(transition._replace(reward=doubled))


class RewardAccumulated(Right):
    """The return of the episode until now."""

    total = 0.0

    def learn(self, transition):
        so_far = self.total + transition.reward
        self.total = 0.0 if transition.terminated or transition.truncated else so_far
        return super().learn(transition._replace(reward=so_far))


class NoMask(Right):
    """Forgets of a batch what has terminated: of several steps the window still ends with its episode."""

    def update(self, batch, values=directly):
        return super().update(batch._replace(terminated=ops.zeros_like(batch.terminated)), values)


class Chosen(Targets):
    """Double Q-learning with a choice of its own."""

    def update(self, batch, values=directly):
        self.batch = batch
        return super().update(batch, values)

    def worth(self, q):
        best = ops.argmax(self.chosen(), axis=-1)  # [B], or [1] for all
        return ops.sum(ops.one_hot(best, q.shape[-1]) * q, axis=-1)

    def chosen(self):
        return self.model(self.batch.next_observation, training=False)


class BestHere(Chosen):
    """The network chooses in S what the target values in S'."""

    def chosen(self):
        return self.model(self.batch.observation, training=False)


class BestOfFirstRow(Chosen):
    """The first row of the batch chooses for all."""

    def chosen(self):
        return super().chosen()[:1]


class BestOfMeanRow(Chosen):
    """`mean(0)` in place of `mean(-1)` somewhere before the choice."""

    def chosen(self):
        return ops.mean(super().chosen(), axis=0, keepdims=True)


class FirstAction(Targets):
    def worth(self, q):
        return q[:, 0]


class OtherActionUpdated(Right):
    def update(self, batch, values=directly):
        return super().update(batch._replace(action=1 - batch.action), values)


class AllActionsUpdated(Right):
    """The loss compares the whole row with the target: each row stands once for every action."""

    def update(self, batch, values=directly):
        twice = batch._replace(**{name: ops.concatenate([part, part]) for name, part in batch._asdict().items()})
        action = ops.concatenate([ops.zeros_like(batch.action), ops.ones_like(batch.action)])
        return super().update(twice._replace(action=action), values)


class NoMaskAndMin(Targets):
    """Two bugs at once."""

    def update(self, batch, values=directly):
        return super().update(batch._replace(terminated=ops.zeros_like(batch.terminated)), values)

    def worth(self, q):
        return ops.min(q, axis=-1)


class CutsAsEndsThroughTarget(TruncationAsTermination, GradientThroughTarget):
    """Two bugs at once, as in many a script: `done` is any end, and the target is not detached."""


class TargetsBroadcast(Right):
    """Moves the whole batch towards the mean of its targets, as a loss of [B, 1] against [B] does."""

    def update(self, batch, values=directly):
        future = ops.max(values_by(self.model, self.target, batch.next_observation), axis=-1)
        target = batch.reward + batch.discount * ops.where(batch.terminated, 0.0, future)
        shared = ops.full_like(target, ops.mean(target))
        ended = ops.ones_like(batch.terminated)
        return super().update(batch._replace(reward=shared, terminated=ended), values)


N_STEP = {"learns": "n-step"}

#: name: (train, the right ids, options of the checkup)
DEEP_FORMS = {
    "ends and cuts dropped": (training(EndsAndCutsDropped), ["terminal-transitions-dropped"], {}),
    "last reward turned": (training(LastRewardTurned), ["terminal-reward-scaled"], {}),
    "last reward doubled": (training(LastRewardDoubled), ["terminal-reward-scaled"], {}),
    "reward accumulated": (training(RewardAccumulated), ["reward-accumulated"], {}),
    "gamma 0.99": (training(gamma=0.99), ["wrong-gamma"], {}),
    "two steps, no mask": (training(NoMask, n=2), ["terminal-bootstrap"], N_STEP),
    "double, argmax at S": (training(BestHere), ["argmax-at-wrong-state"], {}),
    "double, argmax of batch row 0": (training(BestOfFirstRow), ["argmax-at-wrong-state"], {}),
    "double, argmax of the mean row": (training(BestOfMeanRow), ["argmax-at-wrong-state"], {}),
    "value of action 0": (training(FirstAction), ["constant-action-bootstrap"], {}),
    "other action updated": (training(OtherActionUpdated), ["wrong-action-updated"], {}),
    "all actions updated": (training(AllActionsUpdated), ["all-actions-updated"], {}),
    "targets broadcast": (training(TargetsBroadcast), ["targets-broadcast"], {}),
    "cuts as ends, through the target": (
        training(CutsAsEndsThroughTarget, optimizer=adam(1e-3)),
        ["truncation-as-termination", "gradient-through-target"],
        {},
    ),
    "no mask, min": (training(NoMaskAndMin), ["terminal-bootstrap", "min-for-max"], {}),
}

#: Right, as a control of those that make their own choice.
DEEP_RIGHT = {"double, chosen here": (training(Chosen), None, {})}
