"""Is an agent right? Trains it on lines whose exact answers are known, gathers evidence, and names its bug."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from inspect import signature
from typing import Any, Protocol

from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode

from agents.checkup.asking import ask, examine
from agents.checkup.behaviours.arrays import on_arrays
from agents.checkup.behaviours.behaviour import (
    calls,
    exploration,
    first_actions,
    mirrored,
    same_seed,
    seeded_resets,
)
from agents.checkup.behaviours.checks import PASS, SUSPECTED, UNCLEAR, Check, shown_arrays, warned
from agents.checkup.behaviours.networks import (
    acts_otherwise,
    batch_neighbours,
    greedy_actions,
    round_trip,
    separate_target,
    target_in_use,
)
from agents.checkup.decide import clear, right, uncovered, wrong
from agents.checkup.lanes import on_lanes
from agents.checkup.options import read_options
from agents.checkup.outcome import of_values, verdict_of
from agents.checkup.policies import by_actions
from agents.checkup.reports.pointers import repeating
from agents.checkup.reports.report import Report
from agents.checkup.rules.catalogue import right_for
from agents.checkup.suspects import Findings
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import LINES, SHOWN_THE_END
from agents.checkup.training.trainings import OutOfTimeError, Trainer
from rl_line.system.kinds import spelled

#: Ids of all checks, in the order of a report.
CHECKS = (
    *(f"values {line.id}" for line in LINES),
    *("values", "weakness", "policy", "greedy", "epsilon", "first-action", "mirror", "seed", "resets", "calls"),
    *("target", "batch", "save", "target-use", "in-place", "mutation"),
    *(f"lanes {mode.value}" for mode in AutoresetMode),
    *("mutation lanes", "after-end"),
)
MOST = 400  # limit of all steps, as a multiple of the steps of the first training
MEASURED = 4_000  # steps of a training that measures exploration
LONGER = 4  # factor of steps, to confirm that the agent treats its two actions differently


class Train(Protocol):
    """Trains any library's agent in an environment and returns it, or yields it and goes on training."""

    def __call__(self, env: Any, *, gamma: float, steps: int, seed: int) -> Any:
        """An agent after `steps` steps: with `act`, `predict`, `q_values` or a table `q`, or a callable."""
        ...


@spelled
def checkup(
    train: Train,
    *,
    learns: str = "optimal",
    seeds: Sequence[int] = (0, 1, 2),
    budget: float = 60.0,
    steps: int = 1_000,
    vector: bool = False,
    epsilon: float | Callable[[Any], Any] | None = None,
    command: str = "",
) -> Report:
    """Verdict on an agent trained on lines with exact answers: right, or wrong with the bugs that explain it.

    The same seeds give the same report on any machine, as the checkup ends after a number of steps. If the budget is
    over before, the training is stopped, and the report says so.

    Args:
        train: trains a new agent in the given environment, with the given discount, steps and seed.
        learns: "optimal" for optimal values, "on-policy" for the values of the agent's own policy with exploration,
            or "n-step" for the values of uncorrected n-step targets.
        seeds: seeds of the trainings; only the first if its values are right, all and more to average out noise.
        budget: seconds after which training is stopped; the search for two bugs at once may take as long again.
        steps: steps of the first training; doubled until the answer is clear.
        vector: whether `train` also takes vector environments, of every autoreset mode.
        epsilon: the declared probability of exploring: a number or a schedule of the steps taken.
        command: command that repeats the checkup, for the report; by default made from the name of `train`.

    Raises:
        TypeError: `train` is no function, e.g. an agent in its place.
        ValueError: an option is out of range, e.g. fewer than two seeds.
        RuntimeError: the training failed; the message says on which line.
    """
    if not callable(train):
        wanted = "expected a function that trains: train(env, gamma=..., steps=..., seed=...) -> agent"
        raise TypeError(f"train={train!r:.200}, {wanted}.")
    given = read_options(learns=learns, seeds=seeds, budget=budget, steps=steps, vector=vector, epsilon=epsilon)
    began = time.perf_counter()
    trainer = Trainer(train, given["budget"], MOST * given["steps"])
    findings, checks = _examined(trainer, given)
    usual = {name: parameter.default for name, parameter in signature(checkup).parameters.items()}
    changed = {key: value for key, value in given.items() if value != usual[key]}
    return Report(
        verdict_of(checks),
        findings.named,
        checks,
        findings.evidences,
        time.perf_counter() - began,
        command or repeating(train, changed, wrong(findings.evidences) if findings.named else []),
    )


def _examined(trainer: Trainer, given: dict[str, Any]) -> tuple[Findings, list[Check]]:
    """Findings on the lines, and all checks."""
    findings, checks = Findings([], []), list[Check]()
    learns, seeds, steps, epsilon = (given[name] for name in ("learns", "seeds", "steps", "epsilon"))
    try:
        findings = examine(trainer, kind=right_for(learns), seeds=seeds, steps=steps)
        if misread := next(filter(None, map(acts_otherwise, findings.evidences)), ""):
            findings, checks = findings._replace(named=[]), [Check("values", UNCLEAR, misread)]
        elif unsure := _unsure(findings):
            trainer.by_actions, checks = True, [Check("values", UNCLEAR, unsure)]
            findings = Findings([_without_values(findings.evidences[0])], [])
        if _of_actions(findings):
            findings, told = by_actions(trainer, findings, seeds=seeds)
            checks += told
        elif not misread:
            findings, checks = of_values(findings)
        settled = right(findings.evidences[0]) if not _of_actions(findings) else verdict_of(checks) == PASS
        checks += _of_behaviour(trainer, findings, settled, seeds=seeds, epsilon=epsilon)
        if given["vector"] and not _of_actions(findings):
            checks += on_lanes(trainer, findings.evidences[0], ask, seeds=seeds, steps=steps)
    except ResetNeeded as error:
        text = f"it goes on after an episode has ended: {str(error).rstrip('.')}; reset if `terminated or truncated`"
        findings, checks = findings._replace(named=[]), [*checks, Check("after-end", SUSPECTED, text)]
    except OutOfTimeError as stop:
        checks.append(Check("values", UNCLEAR, str(stop)))
    return findings, [warned(check) for check in checks]


def _unsure(findings: Findings) -> str:
    """Question whether numbers are action values, if they are neither right nor explained by a bug; else empty."""
    learned = findings.evidences[0].runs[-1].learned
    if learned.q is None or learned.sure or findings.named:
        return ""
    wrong = any(not right(evidence) for evidence in clear(findings.evidences))
    return f"{learned.question}; judged by its actions" if wrong else ""


def _without_values(evidence: Evidence) -> Evidence:
    runs = [run._replace(learned=run.learned._replace(q=None, values=None)) for run in evidence.runs]
    return Evidence(evidence.line, runs, evidence.kind)


def _of_actions(findings: Findings) -> bool:
    return findings.evidences[0].runs[-1].learned.q is None


def _of_behaviour(
    trainer: Trainer,
    findings: Findings,
    settled: bool,
    *,
    seeds: Sequence[int],
    epsilon: float | Callable[[Any], Any] | None,
) -> list[Check]:
    """The checks of behaviour; checks that need more steps or time than are left are omitted.

    Checks of the choice of actions need an agent that has `settled` on right values, as greedy actions still change
    before.
    """
    first = findings.evidences[0]
    run = first.runs[-1]
    checks = [greedy_actions(first), seeded_resets(run), calls(run), separate_target(run), batch_neighbours(run)]
    try:
        measured = run
        if run.steps < MEASURED and trainer.affords(MEASURED):
            measured = trainer.run(first.line, seed=seeds[0], steps=MEASURED)
        checks.append(exploration(first, measured, epsilon))
        if settled:
            checks.append(
                first_actions(measured, partial(trainer.run, SHOWN_THE_END, seed=seeds[0], steps=measured.steps))
            )
        seeded = _of_seeds(trainer, first, seeds=seeds)
        checks += seeded
        if not settled and uncovered(first):  # more steps gave no coverage: measure an earlier run
            measured = next(one for one in (*first.runs, measured) if one.steps >= min(MEASURED, measured.steps))
        if settled or uncovered(first):
            checks.append(_of_mirror(trainer, first, measured, settled, seeds=seeds))
        repeats = all(check.id != "seed" or check.verdict != SUSPECTED for check in seeded)
        check, changed = on_arrays(trainer, first.line, steps=first.runs[0].steps, seed=seeds[0], repeats=repeats)
        checks += [check] if changed is None else [check, shown_arrays(changed)]
        if settled:
            checks.append(target_in_use(first))  # last, as it changes the agent
    except OutOfTimeError as stop:
        if not findings.stopped:  # else a row says so already
            checks.append(Check("values", UNCLEAR, f"what is not told was not asked: {stop}"))
    return checks


def _of_seeds(trainer: Trainer, first: Evidence, *, seeds: Sequence[int]) -> list[Check]:
    """Checks of seeds, by repeated trainings, and of saving, by loading into another agent."""
    begun = first.runs[0]
    if not trainer.affords(2 * begun.steps):
        return [round_trip(first.runs[-1], None)]
    two, other = (trainer.run(first.line, seed=seed, steps=begun.steps) for seed in (seeds[0], seeds[1]))
    return [same_seed(begun, two, other), round_trip(first.runs[-1], other)]


def _of_mirror(trainer: Trainer, first: Evidence, measured: Run, settled: bool, *, seeds: Sequence[int]) -> Check:
    line, steps = first.line, measured.steps

    def pairs() -> Iterator[tuple[Run, Run]]:
        """Longer trainings of other seeds on the line and its mirror image."""
        for seed in seeds[1:]:
            if trainer.affords(2 * LONGER * steps):
                both = (trainer.run(one, seed=seed, steps=LONGER * steps) for one in (line, line.mirrored))
                yield next(both), next(both)

    return mirrored(measured, trainer.run(line.mirrored, seed=seeds[0], steps=steps), pairs, settled=settled)
