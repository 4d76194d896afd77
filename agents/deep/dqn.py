"""Deep Q-learning with Keras: one update, for the Python loop and the compiled loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from agents.core import Policy, Transition, as_env
from agents.deep.flat_optimizer import FlatOptimizer
from agents.deep.gradients import Ask, directly, gradient_step, huber, in_turn, move_target, squared
from agents.deep.graphs import graph_call
from agents.deep.inference import QFunction
from agents.deep.networks import observation_axes, q_network
from agents.deep.ranges import Bounds, as_optimizer, bounds_in, bounds_of, check_observation, check_settings, check_step
from agents.deep.replay import PRIORITY_FLOOR, Batch, ReplayMemory, proportional
from agents.deep.state import NetworkState
from agents.policies import GREEDY, GREEDY_90_10, POLICIES, EpsilonGreedy, choose, with_epsilon
from agents.schedules import SCHEDULES
from agents.settings import NO_EPSILON, ended, generator, level_at, mention_gamma
from rl_line.system.kinds import flag, spelled


@spelled
@dataclass(eq=False, repr=False)
class DQN(NetworkState):
    """Deep Q-learning; `DQN.for_env(env)` also builds the network.

    Sources: Mnih et al. (2015); double: van Hasselt et al. (2016); priorities: Schaul et al. (2016).

    Args:
        model: observations [B, ...] -> action values [B, A].
        gamma: the discount, from 0 to 1. On the line above 0.8819 the best policy never ends.
        policy: the exploration, from `agents.policies`.
        optimizer: any Keras optimizer, or its name; Adam(0.001) by default.
        loss: TD errors [B] -> losses [B]: `huber`, `squared`, or a function of your own.
        double: double Q-learning: the network chooses the action, the target network gives its value.
        n: steps of reward in a target, without correction for exploration.
        batch_size: transitions in a gradient step.
        memory_size: capacity of the replay memory, in transitions.
        learning_starts: transitions before the first gradient step.
        train_every: transitions between rounds of gradient steps.
        gradient_steps: gradient steps in a round.
        target_every: transitions between moves of the target weights.
        tau: share of the way to the network's weights in each move; 1 copies them.
        priority: exponent of the TD error in the probability of a draw; 0 draws uniformly.
        beta: exponent of the importance weights: a number, or a schedule such as `Linear(0.4, 1.0, steps)`.
        clip_norm: the largest norm of all gradients together, or None.
        seed: seed of the agent's own generator.
    """

    model: keras.Model
    gamma: float = 0.8
    policy: Policy = GREEDY_90_10
    optimizer: Any = None
    loss: Callable[[Any], Any] = huber
    double: bool = False
    n: int = 1
    batch_size: int = 32
    memory_size: int = 10_000
    learning_starts: int = 1_000
    train_every: int = 4
    gradient_steps: int = 1
    target_every: int = 500
    tau: float = 1.0
    priority: float = 0.0
    beta: float | Callable[..., Any] = 0.4
    clip_norm: float | None = 10.0
    seed: int | None = None

    rebuilt = (*POLICIES, *SCHEDULES, huber, squared)
    lacks: ClassVar[dict[str, str]] = {
        **NO_EPSILON,
        "masked": "only tabular agents honour action masks; pass e.g. QLearning.for_env(env, masked=True)",
    }
    on_policy: ClassVar[bool] = False
    time: int = field(init=False, default=0)  # transitions learned
    episodes: int = field(init=False, default=0)  # episodes finished
    updates: int = field(init=False, default=0)  # gradient steps made
    target_moved: int = field(init=False, default=0)  # time of the last gradient steps
    largest_priority: float = field(init=False, default=1.0)
    last_loss: float = field(init=False, default=0.0)
    memory: ReplayMemory | None = field(init=False, default=None, repr=False)
    bounds: Bounds = field(init=False, repr=False)
    num_actions: int | None = field(init=False, default=None, repr=False)  # known from the first transition on

    def __post_init__(self) -> None:
        check_settings(self)
        self.optimizer = as_optimizer(self.optimizer)
        self._rng = generator(self.seed)
        self.bounds = bounds_of(self.model)
        inputs = keras.tree.flatten(getattr(self.model, "inputs", None) or [])
        self._build(axes=len(inputs[0].shape) - 1 if inputs else 1)

    def _build(self, axes: int) -> None:
        """Makes variables and graphs for the network, whose observations have `axes` axes."""
        self._itself = object()  # part of the key of graphs that are not shared
        self.flat_optimizer = FlatOptimizer(self.optimizer, self.model.trainable_variables)
        self.target = [tf.Variable(weight) for weight in self.model.trainable_variables]
        self._values = QFunction(self.model, axes)
        self._move = graph_call(
            partial(move_target, self.target, self.model.trainable_variables), self.tensors, partial(self.form, "move")
        )
        self._train = graph_call(
            lambda batches: (*in_turn(self.update, batches), self.flat_optimizer.weights()),
            self.tensors,
            partial(self.form, "train"),
            jit_compile=self.gradient_steps > 1 and not self.priority,
        )

    @classmethod
    def for_env(
        cls, env: Any, *, hidden: tuple[int, ...] = (64, 64), dueling: bool = False, model: Any = None, **settings: Any
    ) -> DQN:
        """An agent for an environment's, or vector environment's, spaces.

        Args:
            env: an environment with `Discrete` actions counted from 0, or its id.
            hidden: `hidden` of `q_network`.
            dueling: `dueling` of `q_network`.
            model: a `keras.Model` of your own, instead of `q_network`.
            settings: fields of the agent; `epsilon`, a number or a schedule, stands for an epsilon-greedy policy.

        Raises:
            TypeError: another action space, an observation space without an encoding, both a policy and epsilon, or
                an argument that a DQN does not have, e.g. `masked`.
            ValueError: a model whose output is not [B, A].
        """
        env = as_env(env)
        observations = getattr(env, "single_observation_space", env.observation_space)
        actions = getattr(env, "single_action_space", env.action_space)
        if type(actions).__name__ != "Discrete" or actions.start != 0:
            raise TypeError(f"{cls.__name__} needs a Discrete action space counted from 0; {env} has {actions}.")
        number = int(actions.n)
        if model is None:
            model = q_network(observations, number, hidden=hidden, dueling=dueling, seed=settings.get("seed"))
        axes = observation_axes(model, observations, number)
        agent: DQN = mention_gamma(env, cls(model, **with_epsilon(settings)), settings)
        agent._values.axes, agent.bounds = axes, bounds_in(observations)
        return agent

    def q_values(self, observation: Any) -> NDArray[np.float32]:
        """Action values [..., A] of one observation, or of a batch of them."""
        return self._of(self._values, observation)

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Actions [...] drawn from `action_probabilities`.

        With exploration, weights set by hand take effect after at most `train_every` actions.
        """
        q, policy = self._asked(observation, explore)
        if q.ndim == 1 and type(policy) is EpsilonGreedy:
            return policy.pick(q.tolist(), self.clock, self._rng.random())
        probabilities = np.asarray(policy(q, self.clock, None))
        return choose(probabilities, self._rng.random(probabilities.shape[:-1]))

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The policy [..., A] at observations [...]: greedy, or the exploring one."""
        q, policy = self._asked(observation, explore)
        return np.asarray(policy(q, self.clock, None))

    @property
    def clock(self) -> int:
        """Time of its policy: transitions learned, or episodes if the policy's schedule is `PerEpisode`."""
        return self.episodes if getattr(self.policy, "per_episode", False) else self.time

    def _asked(self, observation: Any, explore: bool) -> tuple[NDArray[np.float64], Policy]:
        if explore is not True and explore is not False:
            flag(explore=explore)
        values, policy = (self._values.quickly, self.policy) if explore else (self._values, GREEDY)
        return self._of(values, observation).astype(np.float64), policy

    def _of(self, values: Callable[[Any], NDArray[np.float32]], observation: Any) -> NDArray[np.float32]:
        check_observation(self.bounds, observation=observation)
        try:
            return values(observation)
        except Exception as error:  # TensorFlow raises many kinds
            reason = " ".join(str(error).split())
            raise ValueError(
                f"observation={observation!r:.200}, expected one of the environment, or a batch ({reason:.200})."
            ) from error

    def learn(self, transition: Transition) -> dict[str, float]:
        """Adds a transition, or a batch with one per lane, to the memory, and makes the gradient steps that are due."""
        if self.num_actions is None:
            self.num_actions = self.q_values(transition.observation).shape[-1]
        check_step(transition, self.num_actions, self.bounds)
        if self.memory is None:
            self.memory = ReplayMemory.for_transition(self.memory_size, transition)
        size = self.memory.remember(transition, self.largest_priority**self.priority)
        before, self.time, self.episodes = self.time, self.time + size, self.episodes + ended(transition)
        if self.time > self.learning_starts:
            moves = self.time // self.target_every - self.target_moved // self.target_every
            for _ in range(self.time // self.train_every - before // self.train_every):
                self._gradient_steps(1.0 - (1.0 - self.tau) ** moves if moves else 0.0)
                moves, self.target_moved = 0, self.time
        epsilon = getattr(self.policy, "epsilon", None)
        level = {} if epsilon is None else {"epsilon": float(level_at(epsilon, self.clock))}
        return {"loss": self.last_loss, **level}

    def update(self, batch: Batch, values: Ask = directly) -> tuple[Any, Any]:
        """One gradient step on tensors, the same in every loop: the TD errors [B] and the loss.

        Args:
            batch: transitions to learn from.
            values: (network, observations) -> action values; a faster call with the same result.
        """
        weights = [tf.convert_to_tensor(variable) for variable in self.model.trainable_variables]
        step = gradient_step(self.model, weights, self.target, batch, loss=self.loss, double=self.double, ask=values)
        self.flat_optimizer.step(weights, step.gradients, self.clip_norm)
        return step.error, step.loss

    def _gradient_steps(self, share: float) -> None:
        if share:
            self._move(np.float32(share))
        uniforms = self._rng.random((self.gradient_steps, self.batch_size))
        # Priorities change with every step; uniform draws give all batches at once.
        losses = [self._steps_on(part) for part in (uniforms[:, None] if self.priority else uniforms[None])]
        self.updates += self.gradient_steps
        self.last_loss = sum(losses) / len(losses)

    def _steps_on(self, uniforms: NDArray[np.float64]) -> float:
        assert self.memory is not None
        size = len(self.memory)
        index, weight = (uniforms * size).astype(np.int64), np.ones(uniforms.shape, np.float32)
        if self.priority:
            beta = level_at(self.beta, self.time)
            index, weight = proportional(self.memory.priorities, uniforms, size, beta)
        batch = self.memory.draw(index, weight.astype(np.float32), gamma=self.gamma, n=self.n)
        error, loss, weights = self._train(batch._replace(action=batch.action.astype(np.int32)))
        self._values.copied(weights, uses=self.train_every)
        if self.priority:
            size_of = np.abs(error.numpy()) + PRIORITY_FLOOR
            self.memory.priorities[index] = size_of**self.priority
            self.largest_priority = max(self.largest_priority, float(size_of.max()))
        return float(loss)
