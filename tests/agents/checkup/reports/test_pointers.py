"""A report shows the step with the largest error of its value, and the command that repeats it."""

import numpy as np
from mutants import registry, tabular
from mutants.right import Right, training
from support.checkup_cases import B, of_rule, run_of, steps_of

from agents.checkup.reports.pointers import offence, repeating
from agents.checkup.rules.catalogue import BUGS
from agents.checkup.rules.experience import Trace
from agents.checkup.suspects import Suspect
from agents.checkup.training.evidence import Evidence
from agents.schedules import Linear

RULE = BUGS["truncation-as-termination"][0]
EXACT = B.optimal


def wrong_on_b():
    """Values on line B that are 2 too high in (4, right) and 1 in (1, left), with the end reached in step 300 last."""
    q = EXACT.copy()
    q[3, 1] += 2.0
    q[0, 0] += 1.0
    rows = [(s, a, 0.0, s, False, False, False, 0) for s in range(4) for a in (0, 1) if (s, a) != (3, 1)]
    end = (3, 1, 1.5, 1, True, False, True, 0)
    trace = Trace.of([*40 * rows, *20 * [end], *rows])  # 7 x 40 + 20 steps until the last end
    return Evidence(B, [run_of(B, q, steps=1_000 * 2**k, trace=trace) for k in range(3)])


def test_the_step_is_told_as_by_hand():
    # The end pays 1.5 in state 4, and nothing follows, whatever a limit is taken for; it was learned as 3.5.
    suspect = Suspect("truncation-as-termination", RULE, 0.0)
    told = str(offence([wrong_on_b()], [suspect]))
    assert told == (
        "line B, step 300: in state 4, right, reward 1.5, ended: learned 3.5, right is 1.5; "
        "truncation-as-termination says 1.5"
    )


def test_without_a_suspect_or_a_conviction_no_more_is_said():
    found = offence([wrong_on_b()])
    assert (found.says, found.right, found.following) == (None, 1.5, 2)
    assert offence([]) is None


def test_a_cell_that_was_never_tried_is_no_offence():
    evidence = wrong_on_b()
    runs = [run._replace(trace=steps_of([1])) for run in evidence.runs]
    assert offence([Evidence(B, runs)]) is None


def test_a_function_that_can_be_imported_is_repeated_by_a_command():
    wrong = of_rule(B, RULE)
    told = repeating(registry.lanes, {"learns": "on-policy", "seeds": (3, 4), "budget": 9.0}, [wrong])
    line = "python -m agents.checkup mutants.registry:lanes"
    assert told == f"{line} --learns on-policy --seeds 3 4 --line B --steps 4000"
    assert repeating(registry.lanes, {"epsilon": 0.3, "vector": True}, []) == f"{line} --epsilon 0.3 --vector"


def test_another_function_is_repeated_in_python():
    local = training(tabular.TruncationAsTermination)
    space = {"train": local}
    wrong = of_rule(B, RULE)
    exec(repeating(local, {}, [wrong]), space)
    assert np.abs(space["agent"].q - EXACT)[:4].max() > 0.3


def test_a_checkup_without_wrong_values_is_repeated_with_its_options():
    told = repeating(training(Right), {"learns": "on-policy", "epsilon": Linear(1.0, 0.1, steps=500)}, [])
    given = told.removeprefix("from agents import checkup; print(checkup(train, ").removesuffix("))")
    assert eval(f"dict({given})") == {"learns": "on-policy", "epsilon": Linear(1.0, 0.1, steps=500)}
