"""Windows of a task as text: the date, the values of a window, and its targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rl_line.system.kinds import instance
from sequence_tasks.series.dates import coarsest
from sequence_tasks.task import Part, SequenceTask
from sequence_tasks.windowing import reach


class WrittenWindow(NamedTuple):
    """A window in the units of the series."""

    when: str  # date of the first target, or its step, counted from 0, in a series without dates
    shows: str  # values of column 0 behind the network's inputs, with those lost to differences
    wanted: str  # targets


def written_windows(task: SequenceTask, part: Part) -> list[WrittenWindow]:
    """All windows of a part, as texts in raw units.

    >>> from sequence_tasks import as_series
    >>> task = SequenceTask(as_series([112, 118, 132, 129, 121]), length=3, train=4, validation=0)
    >>> written_windows(task, "train")[0]
    WrittenWindow(when='3', shows='112 118 132', wanted='129')
    """
    instance("task", task, SequenceTask, "pass SequenceTask(series, length=...)")
    series, times = task.series, task.times(part)
    names = np.arange(len(series)) if series.dates is None else coarsest(series.dates)
    texts = [f"{value:g}" for value in series.values[:, 0].tolist()]
    shown = task.length + task.transform.lost
    before = task.transform.lost + reach(task.length, task.horizon, task.targets)[0]  # from the first value to a target
    return [
        WrittenWindow(
            when=str(names[at[0]]),
            shows=" ".join(texts[at[0] - before : at[0] - before + shown]),
            wanted=" ".join(texts[time] for time in at),
        )
        for at in times.tolist()
    ]
