"""Handwritten rows, shared by the tests of the checkup's rules."""

import numpy as np

from agents.checkup.rules.experience import Experience, Trace

#: Two episodes of the line 0, 2, 0.5, 9 with -3 for going back to state 1; the first ends, the second is cut off.
STEPS = [
    (0, 1, 2.0, 1, False, False, True, 0),
    (1, 1, 0.5, 2, False, False, False, 0),
    (2, 1, 9.0, 3, True, False, False, 0),
    (1, 0, -3.0, 0, False, True, True, 0),
    (2, 1, 9.0, 3, True, False, True, 0),  # says only where the third episode begins
]
EXPERIENCE = Experience(Trace.of(STEPS), 0.8, (4, 2), np.zeros((4, 2)))
ROWS = EXPERIENCE.steps
