"""Agents of other libraries learn what is right and pass a whole checkup; one bug in each is named."""

import gymnasium
import numpy as np
import pytest

import agents
import rl_line
from agents.checkup import PASS, SUSPECTED, checkup
from agents.checkup.behaviours.behaviour import same_seed
from agents.checkup.reading.reading import read
from agents.checkup.training.lines import LINES
from agents.checkup.training.trainings import Trainer
from interop.in_the_wild import FIRST, FOR_EVER, trainer
from interop.registry import ON_POLICY, PLANTED, RIGHT, Entry

# Warnings of other libraries are theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

OWN = {
    "our table": Entry("rl-line", "own:tabular", ()),
    "our Keras DQN": Entry("rl-line", "own:keras_dqn", ()),
}
AGENTS = RIGHT | OWN

#: Its random actions are all the same one, another in every training, so it needs many steps, and never the same.
HARDLY_EXPLORES = "skrl: DQN"
#: What the others, or the example of Stable-Baselines3, show as well.
SLOW = (
    "PFRL: Double DQN",
    "Stable-Baselines3: DQN, clipped rewards",
    "CleanRL's style: DQN, no mask for the end",
    "RLlib: DQN, told another gamma",
)
QUICK = [name for name in AGENTS if name != HARDLY_EXPLORES]


def train_of(entry):
    pytest.importorskip(f"interop.libraries.{entry.place.partition(':')[0]}", exc_type=ImportError)
    return trainer(entry)


def some(names):
    return [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in names]


@pytest.fixture(scope="module")
def learned():
    """Learned values of an agent on the course's line; every agent is trained once."""
    known = {}

    def of(name):
        if name not in known:
            env = gymnasium.make("RewardLine-v0")
            agent = train_of(AGENTS[name])(env, gamma=0.8, steps=2_000, seed=0)
            known[name] = read(agent, num_states=4, num_actions=2)
        return known[name]

    return of


@pytest.mark.parametrize("name", QUICK)
def test_an_agent_learns_on_the_line_what_the_solver_says(learned, name):
    mdp = rl_line.reward_line()
    # Right all the way: 2 + 0.64 x 9 from state 1, 0.8 x 9 from state 2, 9 from state 3.
    values = rl_line.dp.policy_evaluation(mdp, learned(name).greedy, 0.8)
    assert values == pytest.approx([7.76, 7.2, 9, 0])
    if learned(name).q is not None and AGENTS[name].options != ON_POLICY:
        assert np.abs(learned(name).q - rl_line.dp.policy_iteration(mdp, 0.8).q)[:3].max() < 0.2


def test_policies_alone_are_judged_by_their_actions(learned):
    assert [name for name in QUICK if learned(name).q is None] == ["Stable-Baselines3: PPO", "Stable-Baselines3: A2C"]


@pytest.mark.parametrize("name", QUICK)
def test_an_agent_is_evaluated_exactly(learned, name):
    env = gymnasium.make("RewardLine-v0")
    assert agents.evaluate(env, learned(name)) == (11, 11, 11, 0)
    assert agents.evaluate(env, learned(name), gamma=0.8).value == pytest.approx(7.76)


@pytest.mark.parametrize("name", some(QUICK))
def test_an_agent_passes_the_checkup(name):
    entry = AGENTS[name]
    report = checkup(train_of(entry), budget=FOR_EVER, **entry.options)
    assert report.verdict == PASS, str(report)
    assert {check.id for check in report.warnings} == set(entry.questions), str(report)


@pytest.mark.slow
def test_an_agent_that_hardly_explores_is_not_accused_and_its_seed_repeats_nothing():
    entry = AGENTS[HARDLY_EXPLORES]
    report = checkup(train_of(entry), budget=FOR_EVER, **entry.options)
    assert report.verdict != SUSPECTED, str(report)
    runs = [Trainer(train_of(entry), FOR_EVER).run(LINES[0], seed=0, steps=100) for _ in range(20)]
    # That all explore with the same action has a chance of 2^-19.
    assert SUSPECTED in {same_seed(runs[0], run, run).verdict for run in runs[1:]}


@pytest.mark.parametrize("name", some(PLANTED))
def test_a_planted_bug_is_convicted_and_named(name):
    entry = PLANTED[name]
    report = checkup(train_of(entry), budget=FOR_EVER, **entry.options)
    assert report.verdict == SUSPECTED, str(report)
    assert entry.bug in report.suspects[:FIRST], str(report)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 7])
def test_other_seeds_are_not_accused_and_most_pass(seed):
    verdicts = {
        name: checkup(train_of(AGENTS[name]), seeds=(seed, seed + 1), budget=FOR_EVER, **AGENTS[name].options).verdict
        for name in QUICK
    }
    assert [name for name, verdict in verdicts.items() if verdict == SUSPECTED] == []
    assert list(verdicts.values()).count(PASS) > len(QUICK) / 2, verdicts
