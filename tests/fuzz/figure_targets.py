"""Targets of the figures of agents and sequence_tasks; each is drawn to its last point."""

from pathlib import Path

import gymnasium as gym
import numpy as np
from fuzz.cell_targets import LSTM
from fuzz.harness import Target, arg, array, opt
from fuzz.values import counts, made, numbers, simple
from matplotlib.figure import Figure

import agents
import sequence_tasks as tasks
from agents import animation, plots
from sequence_tasks import plots as sequence_plots
from sequence_tasks.explain import exact

EPISODES = [
    {"step": 5, "episode": 1, "return": 9.0, "length": 5},
    {"step": 9, "episode": 2, "return": 11.0, "length": 4},
]
LOSSES = [{"step": 1, "loss": 0.5, "val_loss": 0.6}, {"step": 2, "loss": 0.4, "val_loss": 0.5}]
FORECASTS = {"mine": np.ones(3)}
ONE_ENV = arg(made(lambda: gym.make("RewardLine-v0")))
FRACTION = arg(simple(0, 0.1, 1.0))


def _drawn(draw):
    """A figure without its numbers, as a curve may have gaps."""

    def drawn(**given):
        draw(**given).figure.canvas.draw()

    return drawn


def _saved(figure, path):
    return plots.save(figure, path)


def _animated(frames, captions, path, seconds):
    return animation.save_gif(animation.captioned(frames, captions), path, seconds=seconds)


AGENTS = (
    Target("plots.error_curve", _drawn(plots.error_curve), {"steps": array(counts(3)), "errors": array(numbers(3))}),
    Target("plots.policy_over_gamma", _drawn(plots.policy_over_gamma), {"mdp": ONE_ENV, "gamma": opt(FRACTION.good)}),
    Target(
        "plots.learning_curve",
        _drawn(plots.learning_curve),
        {
            "runs": arg(simple(EPISODES, {"q": EPISODES}, {"q": [EPISODES, EPISODES]})),
            "window": opt(simple(1, 2)),
            "optimum": opt(simple(9.0)),
        },
    ),
    Target(
        "plots.error_bands",
        _drawn(plots.error_bands),
        {"steps": array(counts(3)), "errors": arg(simple({"alpha 0.1": np.ones((3, 2))}))},
    ),
    Target(
        "plots.values_over_gamma",
        _drawn(plots.values_over_gamma),
        {"mdp": ONE_ENV, "learned": arg(simple({0.8: np.ones((4, 2))}))},
    ),
    Target(
        "plots.visited_states",
        plots.visited_states,
        {
            "env": arg(made(lambda: gym.make("RewardLine-v0"), lambda: "RewardLine-v0")),
            "actor": arg(made(lambda: agents.QLearning(4, 2, seed=0))),
            "steps": arg(simple(1, 5), work=True),
            "seed": opt(simple(None, 0)),
        },
    ),
    Target(
        "plots.q_grid",
        _drawn(plots.q_grid),
        {"env": arg(made(lambda: gym.make("FrozenLake-v1"))), "q": array(numbers(16, 4)), "state": opt(simple(None))},
    ),
    Target(
        "plots.over_epsilon",
        _drawn(plots.over_epsilon),
        {
            "epsilons": array(numbers(3)),
            "runs": array(numbers(2, 3)),
            "ylabel": arg(simple("return")),
            "label": opt(simple("mine")),
            "band": opt(simple("lowest to highest")),
            "optimum": opt(simple(2.0)),
        },
    ),
    Target(
        "plots.error_bands",
        _drawn(plots.error_bands),
        {"steps": array(counts(3)), "errors": arg(simple({"mine": np.ones((3, 2))}))},
    ),
    Target(
        "plots.values_over_gamma",
        _drawn(plots.values_over_gamma),
        {"mdp": ONE_ENV, "learned": arg(simple({0.8: np.ones((4, 2))}))},
    ),
    Target("plots.episode_path", _drawn(plots.episode_path), {"mdp": ONE_ENV, "states": array(counts(5))}),
    Target(
        "plots.save",
        _saved,
        {"figure": arg(simple(Figure(figsize=(1, 1)))), "path": arg(simple("a.png", Path("b.pdf")))},
    ),
    Target(
        "animation.captioned and save_gif",
        _animated,
        {
            "frames": arg(simple([np.zeros((8, 8, 3), np.uint8)])),
            "captions": arg(simple(["one"])),
            "path": arg(simple("a.gif")),
            "seconds": arg(simple(0.5)),
        },
    ),
)

SEQUENCES = (
    Target(
        "plots.forecasts_over_time",
        _drawn(sequence_plots.forecasts_over_time),
        {
            "values": array(numbers(30)),
            "forecasts": arg(simple(FORECASTS)),
            "origins": array(simple(np.array([20, 21, 22]))),
            "borders": arg(simple((10, 20))),
            "naive": opt(simple("mine")),
            "unit": opt(simple("kg")),
        },
    ),
    Target(
        "plots.error_by_length",
        _drawn(sequence_plots.error_by_length),
        {
            "lengths": array(simple([1, 2, 3])),
            "errors": arg(simple({"mine": [0.1, 0.2, 0.3]})),
            "floor": opt(simple(1e-7)),
        },
    ),
    Target(
        "plots.predictions_by_length",
        _drawn(sequence_plots.predictions_by_length),
        {
            "lengths": array(simple([1, 2, 3])),
            "right": array(simple([6, 7, 8])),
            "predictions": arg(simple({"mine": [6.1, 7.2, 8.3]})),
            "reach": opt(simple(10.0)),
        },
    ),
    Target("plots.losses", _drawn(sequence_plots.losses), {"rows": arg(simple(LOSSES))}),
    Target(
        "plots.gates_over_time",
        _drawn(sequence_plots.gates_over_time),
        {"trace": arg(simple(tasks.lstm_trace(LSTM, [1.0, 2.0])))},
    ),
    Target(
        "plots.states_over_time",
        _drawn(sequence_plots.states_over_time),
        {"trace": arg(simple(tasks.lstm_trace(LSTM, [1.0, 2.0])))},
    ),
    Target(
        "plots.weights_and_exact_family",
        _drawn(sequence_plots.weights_and_exact_family),
        {
            "cells": arg(simple({"mine": [exact.COURSE]})),
            "lengths": array(simple((2, 10))),
            "ws": arg(simple((-0.9, 1.4))),
        },
    ),
)
