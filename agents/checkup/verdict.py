"""Is an agent right? Trains it on lines whose exact answers are known, gathers evidence, and names the bug."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from inspect import signature
from typing import Any, Protocol

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode

from agents.checkup.arrays import on_arrays
from agents.checkup.asking import NEEDED, answers_of, ask, asked_longer
from agents.checkup.behaviour import (
    NOT_APPLICABLE,
    Check,
    calls,
    exploration,
    first_actions,
    mirrored,
    same_seed,
    seeded_resets,
    shown_arrays,
)
from agents.checkup.evidence import PASS, SUSPECTED, UNCLEAR, Answer, judge
from agents.checkup.naming import Suspect, aliases, nearly, suspects
from agents.checkup.options import check_options, seeds_of
from agents.checkup.outcome import explained, overall, undeclared_steps
from agents.checkup.policies import ask_policy
from agents.checkup.probes import MIRRORED, SETTINGS, SHOWN_THE_END, Setting, probe_lanes
from agents.checkup.repeating import repeating
from agents.checkup.report import Report
from agents.checkup.trainings import Run, Trainer, hidden
from agents.checkup.white_box import batch_neighbours, greedy_actions, round_trip, separate_target, target_in_use
from rl_line.system.kinds import spelled

#: Ids of all checks, in the order of a report.
CHECKS = (
    *(f"values {setting.id}" for setting in SETTINGS),
    *("policy", "asked", "greedy", "epsilon", "first-action", "mirror", "seed", "resets", "calls"),
    *("target", "batch", "save", "target-use", "in-place", "mutation"),
    *(f"lanes {mode.value}" for mode in AutoresetMode),
    *("mutation lanes", "after-end"),
)
PREFERENCES = (
    "what its network gives is neither right nor what a known bug leads to, so it is judged by its actions; values "
    "would be wrong (call them `q_values`), and a policy's preferences are not to be shown (only `act`)"
)
MEASURED = 4_000  # steps in which exploration is measured, if that takes no longer than
LONGER = 4  # times as many steps, for whether it really treats its actions differently
MEASURING = 0.5  # seconds, or eight times as long where it was declared


class Train(Protocol):
    """Trains any library's agent in an environment and returns it."""

    def __call__(self, env: Any, *, gamma: float, steps: int, seed: int) -> Any:
        """An agent after so many steps: with `act`, `predict`, `q_values`, a table `q`, or to be called."""
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
    """Whether an agent learns what is right, and if not, which known bug explains what it learns.

    Args:
        train: trains an agent anew in the environment given, with the discount, steps and seed given.
        learns: "optimal" for the values of the best policy, "on-policy" for those of its own, exploration included,
            or "n-step" for those of uncorrected targets of several steps.
        seeds: what to train with; the first alone where it is right.
        budget: seconds after which no new training begins.
        steps: of the first training; doubled until the answer is clear.
        vector: `train` also takes vector environments, of every autoreset mode.
        epsilon: the probability of exploring that was meant: a number or a schedule of the steps taken.
        command: what repeats this, for the report; made from the name of `train` if not given.

    Raises:
        ValueError: an option that makes no sense, as fewer than two seeds.
        RuntimeError: the training failed; the message says on which setting.
    """
    seeds = seeds_of(seeds)
    check_options(learns=learns, seeds=seeds, budget=budget, steps=steps, vector=vector, epsilon=epsilon)
    steps = int(steps)
    usual = {name: parameter.default for name, parameter in signature(checkup).parameters.items()}
    given = {"learns": learns, "seeds": seeds, "budget": budget, "steps": steps, "vector": vector}
    given["epsilon"] = epsilon
    began, trainer = time.perf_counter(), Trainer(train, budget)
    answers: list[Answer] = []
    checks: list[Check] = []
    try:
        answers = answers_of(trainer, learns=learns, seeds=seeds, steps=steps)
        wrong = any(answer.verdict == SUSPECTED for answer in answers)
        named = (suspects(answers) or nearly(answers)) if wrong else []
        if wrong and not named and not answers[0].runs[0].learned.sure:
            checks.append(Check("values A", UNCLEAR, PREFERENCES))
            answers, trainer.by_actions = [_by_actions(answers[0], learns=learns)], True
        elif wrong and not named and not (learns == "optimal" and undeclared_steps(answers, named)):
            answers = asked_longer(trainer, answers, learns=learns, seeds=seeds)
            named = suspects(answers) or nearly(answers)
        if answers[0].q is None:
            found, named, answers = ask_policy(trainer, answers[0], seeds=seeds)
            checks += found
        else:
            checks += [_row(answer) for answer in answers]
        checks += _of_behaviour(trainer, answers, seeds=seeds, epsilon=epsilon)
        checks += _of_arrays(trainer, answers[0], checks, seed=seeds[0])
        if vector and answers[0].q is not None:
            checks += _of_lanes(
                train,
                answers[0],
                learns=learns,
                seeds=seeds,
                steps=steps,
                budget=max(trainer.left(), 0.25 * budget),
            )
    except ResetNeeded as error:
        checks.append(Check("after-end", SUSPECTED, f"it goes on after an episode has ended: {str(error).rstrip('.')}"))
        named = []
    if any(check.verdict in (SUSPECTED, UNCLEAR) for check in checks):
        named, checks = explained(named, answers, checks, learns=learns)
    return Report(
        overall(checks, set(NEEDED) - ({"C"} if learns == "n-step" else set())),
        named,
        checks,
        answers,
        time.perf_counter() - began,
        command or repeating(train, {key: value for key, value in given.items() if value != usual[key]}, answers),
    )


def _by_actions(answer: Answer, *, learns: str) -> Answer:
    """The answer of an agent that shows no values."""
    runs = [run._replace(learned=hidden(run.learned)) for run in answer.runs]
    return judge(answer.setting, runs, learns=learns)


def _row(answer: Answer) -> Check:
    return Check(f"values {answer.setting.id}", answer.verdict, f"{answer.reason} ({answer.setting.why})")


def _of_behaviour(
    trainer: Trainer, answers: list[Answer], *, seeds: Sequence[int], epsilon: float | Callable[[Any], Any] | None
) -> list[Check]:
    """The checks of what it did and shows; those of exploration only where the values are right."""
    by_id = {answer.setting.id: answer for answer in answers}
    first, line, mirror = by_id["A"], *(by_id.get(name) for name in MIRRORED)
    run, problem = first.runs[-1], first.problem
    greedy = [greedy_actions(answer.problem, answer.runs[-1]) for answer in (first, mirror) if answer is not None]
    checks = [next((check for check in greedy if check.verdict == SUSPECTED), greedy[0])]
    never = not any(answer.runs[-1].counts[:, 0].any() for answer in (first, mirror) if answer is not None)
    measured = run
    if run.steps < MEASURED and trainer.affords(
        MEASURED, until=trainer.left() - MEASURING * (1 if epsilon is None else 8)
    ):
        measured = trainer.run(first.setting, seed=seeds[0], steps=MEASURED)
    checks.append(exploration(problem, measured, epsilon, right=first.verdict == PASS))
    if first.verdict == PASS:
        told = partial(trainer.run, SHOWN_THE_END, seed=seeds[0], steps=measured.steps)
        checks.append(first_actions(measured, told if trainer.affords(measured.steps) else None))
    if line is not None and mirror is not None and (never or line.verdict == mirror.verdict == PASS):
        checks.append(mirrored(line.runs[-1], mirror.runs[-1], partial(_pairs, trainer, line, mirror, seeds)))
    begun = first.runs[0]
    other = None
    if trainer.affords(2 * begun.steps):
        two, other = (trainer.run(first.setting, seed=seed, steps=begun.steps) for seed in (seeds[0], seeds[1]))
        checks.append(same_seed(begun, two, other))
    checks += [seeded_resets(run), calls(run)]
    checks += [separate_target(run), batch_neighbours(run), round_trip(run, other)]
    if first.verdict == PASS and trainer.affords(run.steps):
        checks.append(target_in_use(problem, run))
    return checks


def _pairs(trainer: Trainer, line: Answer, mirror: Answer, seeds: Sequence[int]) -> Iterator[tuple[Run, Run]]:
    """Longer trainings of other seeds on a line and its mirror image, while there is time."""
    steps = LONGER * line.runs[-1].steps
    for seed in seeds[1:]:
        if not trainer.affords(2 * steps):
            return
        yield trainer.run(line.setting, seed=seed, steps=steps), trainer.run(mirror.setting, seed=seed, steps=steps)


def _of_arrays(trainer: Trainer, first: Answer, checks: list[Check], *, seed: int) -> list[Check]:
    """The checks of what it does with observations that are arrays, as long as nothing else is wrong."""
    if any(check.verdict == SUSPECTED for check in checks):
        return []
    check, changed = on_arrays(trainer, first.setting, steps=first.runs[-1].steps, seed=seed)
    return [check] if changed is None else [check, shown_arrays(changed)]


def _of_lanes(
    train: Train, first: Answer, *, learns: str, seeds: Sequence[int], steps: int, budget: float
) -> list[Check]:
    """The same on four lanes, in each autoreset mode until one shows a bug."""
    checks: list[Check] = []
    runs: list[Run] = []
    by_id = {setting.id: setting for setting in SETTINGS}
    for mode in AutoresetMode:
        setting = by_id["A" if mode == AutoresetMode.NEXT_STEP or learns == "n-step" else "C"]
        make: Callable[[Setting], Any] = partial(probe_lanes, mode=mode)
        trainer = Trainer(train, budget / 3, make)
        try:
            answer = ask(trainer, setting, learns=learns, steps=steps, seeds=seeds)
        except ResetNeeded as error:
            checks.append(
                Check(f"lanes {mode.value}", NOT_APPLICABLE, f"it does not reset lanes as this mode needs: {error}")
            )
            continue
        runs += answer.runs
        name, verdict, reason = f"lanes {mode.value}", answer.verdict, answer.reason
        named: tuple[str, ...] = ()
        if mode == AutoresetMode.NEXT_STEP and _reset_learned(answer, first):
            verdict, named = SUSPECTED, ("autoreset-transition-learned",)
            reason = "the end has got values, as if from the start: the step that only resets a lane was learned from"
        if verdict == SUSPECTED and not named:
            named = tuple(suspect.bug for suspect in aliases(suspects([answer]) or [Suspect("", 1.0)]) if suspect.bug)
        checks.append(Check(name, verdict, reason, named))
        if verdict == SUSPECTED:
            break  # one mode is enough to mend it by
    return [*checks, shown_arrays(sum(run.mutated for run in runs), of="lanes")] if runs else checks


def _reset_learned(answer: Answer, first: Answer) -> bool:
    """Whether the values of the end are gamma times that of the start, in every run, or a table's have moved at all."""
    if first.problem.resting is None:  # without lanes the end's row stays as it was at first
        return answer.problem.resting is not None
    ended, start = answer.problem.mdp.terminal, answer.problem.mdp.start
    for run in answer.runs:
        if run.learned.q is None:
            return False
        back = answer.setting.gamma * float(start @ run.learned.q.max(axis=1))
        if float(np.abs(run.learned.q[ended] - back).max()) > 0.02 * abs(back):
            return False
    return True
