"""The checkup names what values tell: what passes, what is named, what is not judged yet."""

import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from checkup_cases import BY_ID, RIGHT_AGENT, answer_of, explore, run_of, sarsa
from mutants import tabular
from mutants.registry import own
from mutants.tabular import training

from agents.checkup import (
    PASS,
    SUSPECTED,
    UNCLEAR,
    asking,
    behaviour,
    checkup,
)
from agents.checkup.asking import answers_of, ask
from agents.checkup.constants import estimates
from agents.checkup.evidence import LONG, judge
from agents.checkup.fingerprints import FINGERPRINTS, optimal
from agents.checkup.motion import settled
from agents.checkup.naming import aliases, suspects
from agents.checkup.outcome import explained, of_another_kind
from agents.checkup.probes import MIRRORED, SETTINGS, probe
from agents.checkup.problem import Problem
from agents.checkup.trainings import Trainer
from agents.policies import EpsilonGreedy
from rl_line import reward_line
from rl_line.dp import action_values, policy_evaluation, policy_iteration
from rl_line.dp.fixed_points import n_step_values
from rl_line.mdp import TabularMDP


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.id)
def test_exact_values_pass(setting):
    assert answer_of(setting, optimal(setting.problem())).verdict == PASS


@pytest.mark.parametrize("bug", FINGERPRINTS)
def test_the_values_of_a_bug_are_named(bug):
    answers = [answer_of(setting, FINGERPRINTS[bug][0](setting.problem())) for setting in SETTINGS]
    assert SUSPECTED in {answer.verdict for answer in answers}
    assert bug in [suspect.bug for suspect in suspects(answers)[:2]]


def test_zeros_beyond_the_next_reward_are_gamma_zero_or_a_target_that_is_never_synced():
    q = [FINGERPRINTS["gamma-zero"][0](setting.problem()) for setting in SETTINGS]
    named = suspects([answer_of(setting, table) for setting, table in zip(SETTINGS, q, strict=True)])
    assert {suspect.bug for suspect in named[:2]} == {"gamma-zero", "target-never-synced"}


@pytest.mark.parametrize(("gamma", "scale", "shift"), [(0.95, 1, 0), (0.8, 3, 0), (0.8, 1, -0.5), (0.5, 1, 0)])
def test_constants_are_estimated(gamma, scale, shift):
    mdp = reward_line()
    used = TabularMDP(mdp.successor, mdp.probability, scale * mdp.reward + shift, mdp.terminal, mdp.start)
    found = estimates(Problem(mdp, 0.8), optimal(Problem(used, gamma)))
    expected = {"gamma": gamma, "scale": scale, "shift": shift}
    changed = {"gamma": 0.8, "scale": 1, "shift": 0}
    (name,) = (name for name in expected if expected[name] != changed[name])
    assert getattr(found, name) == pytest.approx(expected[name])


def test_the_discount_in_use_is_said():
    answers = [answer_of(setting, optimal(Problem(setting.mdp, 0.95, shown=setting.shown))) for setting in SETTINGS]
    first = suspects(answers)[0]
    assert first.bug == "wrong-gamma"
    assert str(first) == "wrong-gamma (0.95)"


def test_values_that_still_go_where_they_went_have_not_settled():
    exact = optimal(BY_ID["A"].problem())
    slow = [
        judge(BY_ID["A"], [run_of(exact * share, steps=k) for k, share in enumerate(shares, 1)], learns="optimal")
        for shares in [(0.01, 0.02, 0.04), (0.4, 0.4, 0.4), (0, 0, 0.1)]
    ]
    assert [settled(answer) for answer in slow] == [False, True, False]


EVEN = np.full((6, 2), 0.5)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("on-policy", lambda mdp, g: action_values(mdp, policy_evaluation(mdp, EVEN[: mdp.num_states], g), g)),
        ("n-step", lambda mdp, g: n_step_values(mdp, g, 3, lambda q: EVEN[: len(q)], lambda q: q.max(axis=1))),
        ("", lambda mdp, g: 0.93 * policy_iteration(mdp, g).q),
    ],
)
def test_values_of_another_kind_of_learner_are_told_apart(kind, table):
    # Of one seed, that tried all actions as often: it may still learn.
    settings = [setting for setting in SETTINGS if setting.limit >= LONG]
    runs = [run_of(table(setting.mdp, setting.gamma)) for setting in settings]
    answers = [judge(setting, [run], learns="optimal") for setting, run in zip(settings, runs, strict=True)]
    assert UNCLEAR in {answer.verdict for answer in answers}
    assert of_another_kind(answers) == kind
    checks = [behaviour.Check(f"values {answer.setting.id}", answer.verdict, "") for answer in answers]
    _, told = explained([], answers, checks, learns="optimal")
    assert any(f"learns='{kind}'" in check.evidence for check in told) == bool(kind)


def test_the_n_of_a_network_is_told_by_the_states_that_it_acts_in():
    setting = BY_ID["B"]
    q = n_step_values(setting.mdp, setting.gamma, 3, lambda q: EVEN[: len(q)], lambda q: q.max(axis=1))
    q[setting.mdp.terminal] = [1.0, 3.0]  # whatever a network makes of the end
    answer = judge(setting, [run_of(q)], learns="n-step")
    assert (answer.verdict, answer.error) == (PASS, 0)


def test_values_that_creep_towards_what_is_right_have_not_settled():
    # The last move is a twelfth of what is left, and less than half of the move before.
    exact = optimal(BY_ID["A"].problem())
    for way, expected in [(exact, False), (np.roll(exact, 1, axis=0) * [1, -1], True)]:
        runs = [run_of(0.2 * exact + share * way, steps=k) for k, share in enumerate((0, 0.16, 0.21), 1)]
        assert settled(judge(BY_ID["A"], runs, learns="optimal")) == expected


@pytest.mark.parametrize(("rests", "ended_is", "verdict"), [(0.5, 0, PASS), (0, 0, UNCLEAR), (0.5, 5, SUSPECTED)])
def test_a_policy_that_still_changes_is_told_to_rest(rests, ended_is, verdict):
    report = checkup(partial(sarsa, rests=rests, ended_is=ended_is), learns="on-policy")
    assert report.verdict == verdict, str(report)
    assert ("still changes" in report.advice) == (verdict == UNCLEAR)


def test_seeds_that_differ_are_no_evidence():
    setting = BY_ID["A"]
    exact = optimal(setting.problem())
    runs = [run_of(exact * share, seed=seed) for seed, share in enumerate((0.7, 1.0, 0.75))]
    answer = judge(setting, runs, learns="optimal")
    assert (answer.verdict, answer.reason[:9]) == (UNCLEAR, "too noisy")


def test_what_was_never_tried_is_not_judged():
    answer = judge(BY_ID["A"], [run_of(np.zeros((4, 2)), visits=3)], learns="optimal")
    assert answer.verdict == UNCLEAR
    assert answer.reason.startswith("not covered: (1, left), (1, right), (2, left)")


@pytest.mark.parametrize(
    ("kind", "setting", "bug"),
    [
        (tabular.TerminalBootstrap, "B", "terminal-bootstrap"),
        (tabular.TruncationAsTermination, "C", "truncation-as-termination"),
        (tabular.TerminationAtLimitAsTruncation, "T", "termination-at-limit-as-truncation"),
        (tabular.RewardShifted, "E", "reward-shifted"),
    ],
)
def test_a_mutant_is_named_on_the_setting_that_shows_it(kind, setting, bug):
    answer = ask(Trainer(training(kind), 20), BY_ID[setting], learns="optimal", steps=2_000, seeds=(0, 1))
    assert answer.verdict == SUSPECTED
    assert bug in [suspect.bug for suspect in aliases(suspects([answer]))]


@pytest.mark.parametrize(
    ("kind", "setting"), [(tabular.TerminalBootstrap, "A"), (tabular.TruncationAsTermination, "A")]
)
def test_a_mutant_passes_where_its_bug_does_not_matter(kind, setting):
    answer = ask(Trainer(training(kind), 20), BY_ID[setting], learns="optimal", steps=2_000, seeds=(0, 1))
    assert answer.verdict == PASS


def test_a_line_and_its_mirror_image_differ_in_nothing_else():
    line, image = (BY_ID[name].mdp for name in MIRRORED)
    exact = [optimal(BY_ID[name].problem())[~mdp.terminal] for name, mdp in zip(MIRRORED, (line, image), strict=True)]
    np.testing.assert_allclose(exact[0], exact[1][::-1, ::-1])
    np.testing.assert_array_equal(line.start, image.start[::-1])


def test_a_bug_that_makes_values_noisy_is_named_though_they_never_come_to_rest():
    report = checkup(training(tabular.ResetObservationAsNext))
    assert (report.verdict, report.suspects[:1]) == (SUSPECTED, ["reset-observation-as-next"])


def test_a_right_agent_passes_and_says_so():
    report = checkup(RIGHT_AGENT, epsilon=0.3)
    assert (report.verdict, report.suspects, report.exit_code) == (PASS, [], 0)
    assert {check.id for check in report.checks if check.verdict == PASS} >= {f"values {name}" for name in BY_ID}
    assert str(report).startswith("pass. All that was learned")


def test_an_agent_that_never_began_is_not_accused():
    def train(env, *, gamma, steps, seed):
        return tabular.Right(env, gamma=gamma, seed=seed).train(env, 0, seed) if steps < 0 else Idle(env, steps, seed)

    report = checkup(train, budget=5, steps=200)
    assert report.verdict == UNCLEAR
    assert "not trained" in report.advice


@pytest.mark.parametrize(("moved", "expected"), [(0.0, [UNCLEAR, UNCLEAR]), (0.1, [UNCLEAR, SUSPECTED])])
def test_values_that_are_alike_on_every_line_have_not_begun_whatever_was_covered(moved, expected):
    q = np.random.default_rng(0).normal(size=(4, 2))
    unseen = judge(BY_ID["A"], [run_of(q, visits=5)], learns="optimal")
    answers = asking._that_began([unseen, answer_of(BY_ID["B"], q + moved)])
    assert [answer.verdict for answer in answers] == expected


class Idle:
    """Explores and learns nothing, as before `learning_starts`."""

    def __init__(self, env, steps, seed):
        self.q = np.random.default_rng(seed).normal(size=(env.observation_space.n, env.action_space.n)) / 10
        explore(env, steps, seed)


@pytest.mark.parametrize("alpha", [1e-7, 1e-4])
def test_a_slow_learner_is_not_accused(alpha):
    class Slow(tabular.Right):
        pass

    Slow.alpha = alpha
    answer = ask(Trainer(training(Slow), 3), BY_ID["A"], learns="optimal", steps=300, seeds=(0, 1))
    assert answer.verdict == UNCLEAR


def test_values_that_are_no_numbers_are_suspected_and_reported(tmp_path):
    class Diverges(tabular.Right):
        def move(self, state, action, target):
            self.q[state, action] = np.nan

        def best(self, state):
            return 1

    report = checkup(training(Diverges), budget=5, steps=500)
    assert (report.verdict, report.suspects) == (SUSPECTED, [])
    assert "values A: the values are not finite numbers" in report.advice
    report.to_html(tmp_path / "page.html")
    report.to_json(tmp_path / "all.json")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert content["settings"][0]["learned"][0] == [None, None]


def test_a_step_after_the_end_is_a_bug():
    def train(env, *, gamma, steps, seed):
        env.reset(seed=seed)
        for _ in range(steps):
            env.step(1)

    report = checkup(train, budget=5)
    assert report.verdict == SUSPECTED
    assert report.checks[-1].id == "after-end"
    assert ".." not in str(report)
    assert "In step 4 it acts in state 4, where the episode had terminated" in report.checks[-1].evidence


def test_seeds_that_differ_at_first_are_asked_again():
    setting = BY_ID["D"]
    wrong = optimal(setting.problem()) + 2

    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        return SimpleNamespace(q=wrong + ((0, 2, -2)[seed] if steps < 8_000 else 0))

    answer = ask(Trainer(train, 20), setting, learns="optimal", steps=1_000, seeds=(0, 1, 2))
    assert (answer.verdict, answer.runs[-1].steps) == (SUSPECTED, 8_000)


def test_other_settings_begin_with_half_the_steps_of_the_first():
    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        return SimpleNamespace(q=optimal(env.setting.problem()))

    def probed(setting):
        env = probe(setting)
        env.setting = setting
        return env

    answers = answers_of(Trainer(train, 20, probed), learns="optimal", seeds=(0, 1), steps=1_000)
    assert [answer.verdict for answer in answers] == [PASS] * len(SETTINGS)
    assert [answer.runs[0].steps for answer in answers] == [1_000, *[500] * (len(SETTINGS) - 2), 1_000]


def test_of_a_wrong_agent_no_more_is_asked_than_tells_its_bug():
    report = checkup(training(tabular.WrongGamma))
    asked = [check.id for check in report.checks if check.id.startswith("values")]
    assert report.suspects == ["wrong-gamma"]
    assert len(asked) < len(SETTINGS)
    assert asked[0] == "values A"


def test_values_that_move_away_from_what_is_right_are_suspected_before_they_come_to_rest():
    exact = optimal(BY_ID["A"].problem())
    verdicts = []
    for shares in [(2.5, 3.5, 5), (0.1, 0.3, 0.5), (3, 2, 1.5)]:
        runs = [run_of(exact * share, steps=k) for k, share in enumerate(shares, 1)]
        verdicts.append(settled(judge(BY_ID["A"], runs, learns="optimal")))
    assert verdicts == [True, False, False]


def test_the_discount_of_values_that_still_grow_is_named():
    report = checkup(lambda env, **how: own(env, **{**how, "gamma": 0.99}, policy=EpsilonGreedy(0.3)))
    assert report.suspects == ["wrong-gamma"], str(report)


def test_what_is_not_clear_is_said_of_a_pass():
    report = checkup(RIGHT_AGENT, budget=20)
    assert report.advice == "All that was learned is what the exact solver says."
    unclear = [check._replace(verdict=UNCLEAR) if check.id == "values D" else check for check in report.checks]
    assert replace(report, checks=unclear).advice.endswith("Nothing can be said of D yet.")
