"""Every form of a bug ends where its rule does, and pairs of bugs where both rules at once do."""

from itertools import product

import numpy as np
import pytest
from mutants.forms import DOUBLES, FORMS, OTHER_KINDS
from mutants.networks.deep import training
from mutants.networks.deep_forms import DEEP_FORMS, BestHere, BestOfFirstRow, BestOfMeanRow, Chosen

from agents.checkup.rules.catalogue import BUGS, RIGHT, right_for
from agents.checkup.suspects import estimated
from agents.checkup.training.evidence import Evidence
from agents.checkup.training.lines import Line
from agents.checkup.training.trainings import Trainer
from agents.deep.replay import Batch
from rl_line import RewardLineEnv

LINE = Line("T", (-1.5, 0.0, -2.0, -3.0), (0.5, 0.25, 0.25, 0.0), 0.7, 6)

#: Forms that are left out, and why.
LEFT_OUT = {
    "gradient through an expectation": "it is right where nothing is uncertain",
    "frozen random values": "what each seed began with explains its table alone",
    "n-step, last reward turned": "rules turn the whole sum of a window",
}
KNOWN = [name for name, (_, bugs, _) in FORMS.items() if bugs and name not in LEFT_OUT]


@pytest.mark.parametrize("name", KNOWN)
def test_a_form_ends_where_its_rule_does_and_not_where_it_is_right(name):
    train, bugs, options = FORMS[name]
    trainer = Trainer(train, seconds=60.0)
    runs = [trainer.run(LINE, seed=seed, steps=10_000) for seed in (0, 1)]
    evidence = Evidence(LINE, runs, right_for(options.get("learns", "optimal")))
    assert min(evidence.distance(rule) for rule in rules(bugs, evidence)) < 0.1 < evidence.error


def rules(bugs, evidence):
    """All that learners of its kind, and Q-learning, are with these bugs at once."""
    for base, *changes in product((RIGHT, *evidence.kind), *(BUGS[bug] for bug in bugs)):
        rule = base
        for change in changes:
            slots = zip(change._fields, change, RIGHT, strict=True)
            rule = rule._replace(**{name: word for name, word, right in slots if word != right})
        yield rule.given(*estimated(rule, [evidence]))


@pytest.mark.parametrize("entries", [FORMS, DEEP_FORMS, DOUBLES, OTHER_KINDS])
def test_forms_have_ids_that_are_in_the_catalogue(entries):
    assert {bug for _, bugs, _ in entries.values() for bug in bugs} <= {*BUGS}


@pytest.mark.parametrize(
    ("kind", "worth"),
    [
        (Chosen, [5.0, 4.0]),  # the best of each row
        (BestHere, [2.0, 4.0]),  # action 1 is best in state 0, and in state 2
        (BestOfFirstRow, [5.0, 3.0]),  # action 0 is best in state 1, where the first row leads
        (BestOfMeanRow, [5.0, 3.0]),  # (5 + 3) / 2 > (2 + 4) / 2
    ],
)
def test_what_the_network_chooses_the_target_values(kind, worth):
    agent = training(kind, hidden=())(RewardLineEnv(rewards=(0, 1, 0, 1)), gamma=0.8, steps=1, seed=0)
    table = np.array([[0, 1], [5, 2], [3, 4], [0, 0]], np.float32)
    agent.model.set_weights([table, np.zeros(2, np.float32)])
    no = np.zeros(2, np.float32)
    agent.batch = Batch(np.array([0, 2]), np.array([0, 0]), no, np.array([1, 2]), no.astype(bool), no, no)
    assert np.asarray(agent.worth(table[[1, 2]])).tolist() == worth
