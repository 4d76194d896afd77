"""Asks an agent on one setting after the other: all that a pass needs, and of a wrong one what tells suspects apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from tqdm import tqdm

from agents.checkup.evidence import (
    FEWEST,
    LONG,
    PASS,
    SUSPECTED,
    TOLERANCE,
    UNCLEAR,
    Answer,
    covered,
    judge,
    noisy,
    not_trained,
)
from agents.checkup.motion import hovers, lingers, runs_away, settled, unmoved
from agents.checkup.naming import ALIKE, Suspect, aliases, predicted, suspects
from agents.checkup.probes import SETTINGS, Setting
from agents.checkup.syncs import LATEST_SYNC, few_syncs
from agents.checkup.trainings import Trainer

NEEDED = ("A", "B", "C")  # settings that must be passed for a pass
SHARE = 0.4  # of the time left, for one setting that is needed
WANTED = ("T", "D", "E")  # and those that show what no other does
QUICK = 4.0  # seconds until which settings that are not needed may take as long as they like
MOST_STEPS, MOST_STEPS_NOISY = 64_000, 16_000  # of one training, unless the first was long
NEVER = 8_000  # steps in which what is ever tried has been tried
CLEAR = 3 * TOLERANCE  # of the largest value: a distance of two suspects' tables that tells them apart
ENOUGH = 4  # settings, to name what is wrong
LONGER = 4  # times as many steps, where no bug explains what seemed at rest
STILL_MOVED = "not trained: it was wrong and seemed at rest, but is right after four times the steps; give more steps"


def answers_of(trainer: Trainer, *, learns: str, seeds: Sequence[int], steps: int) -> list[Answer]:
    """What came of the settings, the first one's first; of those that are not needed only what there was time for."""
    answers: list[Answer] = []
    left = [setting for setting in SETTINGS if learns != "n-step" or setting.limit >= LONG]
    most = trainer.budget
    with tqdm(total=len(left), unit="setting", disable=None, leave=False) as bar:
        while (setting := _following(answers, left)) and (not answers or trainer.affords(steps)):
            left.remove(setting)
            bar.set_postfix_str(setting.why)
            if wrong := [answer for answer in answers if answer.verdict == SUSPECTED]:
                answer = confirm(trainer, setting, learns=learns, steps=wrong[0].runs[-1].steps, seeds=seeds)
            else:
                passing = all(answer.verdict == PASS for answer in answers if answer.setting.id in NEEDED)
                if setting.id in NEEDED:
                    until = trainer.left() * (1 - SHARE)
                    most = _most(trainer, answers)
                else:
                    wanted = setting.id in WANTED
                    share = (1.0 if passing else 0.75) if wanted else 0.5
                    until = trainer.budget - min(most, trainer.budget * share)
                    if not wanted and trainer.left() < until:
                        break
                trained = steps if answers and answers[0].verdict == PASS else 0
                first = steps // 2 if trained else steps  # other settings are sooner learned
                first *= 2 if setting.mdp.num_states > 4 else 1
                answer = ask(
                    trainer,
                    setting,
                    learns=learns,
                    steps=first,
                    seeds=seeds,
                    until=until,
                    trained=trained,
                    passing=passing,
                )
            answers.append(answer)
            bar.update()
            if setting.id == "A":
                if answer.q is None:
                    break
                steps = answer.runs[-1].steps if answer.verdict == PASS else steps
    return _that_began(answers)


def ask(
    trainer: Trainer,
    setting: Setting,
    *,
    learns: str,
    steps: int,
    seeds: Sequence[int],
    until: float = 0.0,
    trained: int = 0,
    passing: bool = True,
) -> Answer:
    """Trains on a setting with more and more steps, and then seeds, until the answer is clear or time is out.

    Args:
        trainer: what trains.
        setting: the line.
        learns: what is right: "optimal", "on-policy" or "n-step" values.
        steps: of the first training.
        seeds: the first for the first trainings, all for the last.
        until: seconds that are to be left.
        trained: steps that were enough elsewhere, 0 if none were.
        passing: it may still pass as a whole; else a quarter of the steps is enough to look for what is wrong.
    """
    runs = [trainer.run(setting, seed=seeds[0], steps=steps)]
    most = max(MOST_STEPS_NOISY, 8 * steps) if noisy(setting, learns) else max(MOST_STEPS, 16 * steps)
    most = most if passing else most // 4
    varied = False
    while True:
        answer = judge(setting, runs, learns=learns)
        more = 2 * runs[-1].steps
        if answer.verdict == PASS or answer.q is None:
            return answer
        at_rest = settled(answer, trained=trained)
        tried = covered(answer, late=True)
        if tried and at_rest:
            if not _synced(trainer, answer, until=until):
                reason = f"not trained: {answer.error:.3g} off, as after few syncs of a target network; sync oftener"
                return replace(answer, verdict=UNCLEAR, reason=reason)
            answer = _with_seeds(trainer, answer, seeds=seeds, learns=learns)
            if answer.verdict != UNCLEAR or not noisy(setting, learns):
                break
        elif not varied and noisy(setting, learns) and tried and hovers(answer):
            varied = True
            runs += [trainer.run(setting, seed=seed, steps=runs[-1].steps) for seed in seeds[1:]]
            continue
        vain = _never_tried(answer) or (trained and setting.id not in NEEDED and _too_seldom(answer)) or lingers(answer)
        if more > most or vain or not trainer.affords(more, until=until):
            break
        runs.append(trainer.run(setting, seed=seeds[0], steps=more))
    # Of a learner that has not settled the mean over seeds may still be right, if what it learns from is noisy.
    if noisy(setting, learns):
        kept = 0.0 if setting.id in NEEDED else until
        answer = _with_seeds(trainer, answer, seeds=seeds, learns=learns, until=kept)
    if answer.verdict == SUSPECTED and not settled(answer, trained=trained):
        return replace(answer, verdict=UNCLEAR, reason=not_trained(answer.error))
    return answer


def _with_seeds(trainer: Trainer, answer: Answer, *, seeds: Sequence[int], learns: str, until: float = 0.0) -> Answer:
    """The answer after the other seeds have trained as long, those that there is time for."""
    runs, steps = answer.runs, answer.runs[-1].steps
    last = [run.seed for run in runs if run.steps == steps]
    for seed in seeds[1:]:
        if seed not in last and trainer.affords(steps, until=until):
            runs.append(trainer.run(answer.setting, seed=seed, steps=steps))
    return judge(answer.setting, runs, learns=learns)


def confirm(trainer: Trainer, setting: Setting, *, learns: str, steps: int, seeds: Sequence[int]) -> Answer:
    """Trains an agent that came to rest elsewhere, on wrong values, for as many steps: no more than two seeds."""
    runs = [trainer.run(setting, seed=seeds[0], steps=steps)]
    answer = judge(setting, runs, learns=learns)
    for seed in seeds[1:] if noisy(setting, learns) else seeds[1:2]:
        if answer.verdict != PASS and trainer.affords(steps):
            runs.append(trainer.run(setting, seed=seed, steps=steps))
            answer = judge(setting, runs, learns=learns)
    return answer


def asked_longer(trainer: Trainer, answers: list[Answer], *, learns: str, seeds: Sequence[int]) -> list[Answer]:
    """The answers, wrong ones after four times the steps if there is time: some value may have moved still."""
    longer, until = [], trainer.budget - _most(trainer, answers)
    for answer in answers:
        steps = LONGER * answer.runs[-1].steps
        wrong = answer.verdict == SUSPECTED and np.isfinite(answer.error) and not runs_away(answer)
        if wrong and trainer.affords(len(seeds) * steps, until=until):
            again = confirm(trainer, answer.setting, learns=learns, steps=steps, seeds=seeds)
            answer = replace(again, verdict=UNCLEAR, reason=STILL_MOVED) if again.verdict == PASS else again
        longer.append(answer)
    return longer


def _most(trainer: Trainer, answers: list[Answer]) -> float:
    """Seconds in which all is to be done that is not needed, by what was needed; a network may take longer."""
    slower = 1.5 if not answers or answers[0].problem.resting is None else 8
    return max(QUICK, slower * (trainer.budget - trainer.left()))


def _synced(trainer: Trainer, answer: Answer, *, until: float) -> bool:
    """Whether values that came to rest would not go on at the next sync of a target network; trained late for once."""
    last, q, problem = answer.runs[-1], answer.q, answer.problem
    if q is None or trainer.looked_late or not few_syncs(problem, q, answer.error, last.agent):
        return True
    if last.steps >= LATEST_SYNC or not trainer.affords(LATEST_SYNC, until=until):
        return last.steps >= LATEST_SYNC
    late = trainer.run(answer.setting, seed=last.seed, steps=LATEST_SYNC).learned.q
    trainer.looked_late = late is not None and bool(np.abs(late - q)[~problem.mdp.terminal].max() <= 0.1 * answer.error)
    return trainer.looked_late


def _never_tried(answer: Answer) -> bool:
    """Whether some action is never tried in some state any more, however long it trains."""
    live = ~answer.problem.mdp.terminal
    last = answer.runs[-3:]
    return (
        last[-1].steps >= NEVER
        and len(last) == 3
        and bool((np.sum([run.late for run in last], axis=0)[live] == 0).any())
    )


def _too_seldom(answer: Answer) -> bool:
    """Whether twice as many steps would not do either for some action to be tried often enough."""
    last, live = answer.runs[-1], ~answer.problem.mdp.terminal
    return last.steps >= NEVER and bool((2 * last.counts[live] < FEWEST).any())


def _following(answers: list[Answer], left: list[Setting]) -> Setting | None:
    """The setting to ask on next, or None if nothing is left to tell."""
    if not left or not any(answer.verdict == SUSPECTED for answer in answers):
        return left[0] if left else None
    mirror = [setting for setting in left if setting.id == "E"]
    if unmoved(answers):
        return mirror[0] if mirror and len(answers) == 1 else None
    named, clear = suspects(answers), [answer for answer in answers if answer.verdict != UNCLEAR]
    telling = max(left, key=lambda setting: _told_apart(aliases(named), setting, answers[0])) if named else left[0]
    if len(clear) >= ENOUGH:
        return None
    if named and _told_apart(aliases(named), telling, answers[0]):
        return telling
    return left[0] if len(clear) < 2 or (named and named[0].score > ALIKE) else None


def _told_apart(named: Sequence[Suspect], setting: Setting, first: Answer) -> int:
    """How many of the suspects a setting tells from the likeliest one."""
    if len(named) < 2:
        return 0
    problem = setting.problem(initial=first.problem.initial, on_policy=first.problem.on_policy)
    live = ~problem.mdp.terminal
    tables = [predicted(suspect, problem) for suspect in named]
    scale = float(np.abs(setting.mdp.reward).max())
    gaps = [
        min((float(np.abs(a - b)[live].max()) for a in tables[0] for b in other), default=0.0) for other in tables[1:]
    ]
    return sum(gap > CLEAR * scale for gap in gaps)


def _that_began(answers: list[Answer]) -> list[Answer]:
    """The answers without those of a learner that has not yet begun: its values do not depend on the line at all."""
    if not unmoved(answers):
        return answers
    reason = "not trained: values stay as they began; give more steps, or start learning sooner"
    return [replace(answer, verdict=UNCLEAR, reason=reason) for answer in answers]
