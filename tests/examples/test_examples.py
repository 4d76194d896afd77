"""Every example runs, and prints what the exact solver says."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.pictures import assert_shows

from agents.checkup.training.lines import LINES
from agents.policies import epsilon_greedy
from rl_line import dp, reward_line

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


def test_the_first_agent_prints_its_table_and_draws(tmp_path, capsys):
    figure = tmp_path / "new folder" / "figure.png"
    runpy.run_path(str(EXAMPLES[0]))["main"](steps=20_000, figure=figure)
    printed = capsys.readouterr().out
    assert "    1    6.208     7.760*    6.208     7.760*" in printed
    assert "Optimal with gamma 0.8: 1 right, 2 right, 3 right." in printed
    assert "So: the best action is right in all 3 states" in printed
    assert "its policy is worth 7.760, discounted; the best is worth 7.760." in printed
    assert_shows(figure, "#2563eb", "#d97706")


def test_the_first_agent_shows_what_it_knows_before_its_first_step(tmp_path, capsys):
    printed = run_example(1, capsys, steps=0, figure=tmp_path / "figure.png")
    assert "    3    0.000*    0.000*    7.760     9.000*" in printed
    assert "right in 0 of 3 states, and the largest error is 9, of Q(3, right)." in printed
    # All actions alike are taken alike; the best is 2 + 0.64 x 9.
    drifting = dp.expected_return(reward_line(), np.full((4, 2), 0.5), 0.8)
    assert f"its policy is worth {drifting:.3f}, discounted; the best is worth 7.760." in printed
    assert_shows(tmp_path / "figure.png", "#2563eb")


def test_parameters_are_options(tmp_path):
    options = ["--gamma", "0.9", "--steps", "50", "--figure", str(tmp_path / "figure.png")]
    done = subprocess.run([sys.executable, EXAMPLES[0], *options], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Optimal with gamma 0.9: 1 right, 2 left or right, 3 left." in done.stdout
    assert done.stderr == ""


def run_example(number, capsys, **parameters):
    """Printed lines of an example."""
    (path,) = (ROOT / "examples").glob(f"{number:02}_*.py")
    runpy.run_path(str(path))["main"](**parameters)
    printed = capsys.readouterr().out
    lines = printed.replace("\r", "\n").replace(str(parameters.get("figure", "")) or "\n", "\n").splitlines()
    wide = number == 17 or parameters.get("digits", 2) > 2  # a report of the checkup, or numbers asked to be long
    assert wide or max(map(len, lines)) <= 100, "it fits in a terminal"
    return printed


def test_environments_and_agents_are_reported_with_the_labels_of_the_course(tmp_path, capsys):
    printed = " ".join(run_example(16, capsys).split())
    # The 2 is paid on arriving in the second state; a third has no end, and the limit of 5 steps is no end.
    assert "reward: state 1, action 1, step 2 of the episode: arrived in 2 and was paid 0, expected 2" in printed
    assert "state 3, action 0, step 5 of the episode: arrived in 2 with terminated=True" in printed
    assert "gave from state 1 by action 1 to 2 with reward 0.0" in printed
    assert printed.startswith("States are labelled from 1: the observation 0 is state 1.")
    printed = run_example(17, capsys, page=tmp_path / "page.html")
    state, action, paid = re.search(
        r"Look at line A, step \d+: in state (\d), (left|right), reward (\S+),", printed
    ).groups()
    (line,) = (line for line in LINES if line.id == "A")
    row = line.mdp.reward[int(state) - 1, ("left", "right").index(action)]
    assert float(paid) in row[line.mdp.probability[int(state) - 1, ("left", "right").index(action)] > 0]
    assert "first-action  pass            action 1 in state 3" in printed


UPDATE = re.compile(
    r"episode (\d+), update (\d+) +Q\((\d), (left|right)\) <- (\S+) \+ (\S+) \((\S+)( \+ (\S+) x (\S+))? - (\S+)\) +"
    r"= (\S+)(\n +state 4 ends the episode: nothing to bootstrap from)?"
)


@pytest.mark.parametrize(
    ("gamma", "epsilon", "seed", "steps", "ends"),
    [(0.8, 0.1, 25, 40, 3), (0.95, 0.0, 2, 102, 0)],
    ids=["with episodes that end", "cut off by the time limit"],
)
def test_every_update_printed_is_right(tmp_path, capsys, gamma, epsilon, seed, steps, ends):
    figure = tmp_path / "updates.gif"
    parameters = {"gamma": gamma, "epsilon": epsilon, "seed": seed, "steps": steps, "digits": 8, "figure": figure}
    lines = [line.groups() for line in UPDATE.finditer(run_example(2, capsys, **parameters))]
    q, here, episodes = np.zeros((4, 2)), 0, 1
    for count, line in enumerate(lines, start=1):
        episode, number, state, name, old, alpha, reward, bootstrap, discount, later, old_again, new, note = line
        action = {"left": 0, "right": 1}[name]
        following = max(here - 1, 0) if action == 0 else here + 1
        assert (int(episode), int(number), int(state)) == (episodes, count, here + 1)
        assert float(alpha) == 0.1
        assert float(reward) == (0, 2, 0, 9)[following]
        assert float(old) == float(old_again) == pytest.approx(q[here, action], abs=1e-8)
        assert (bootstrap is None) == (note is not None) == (following == 3), "only the end bootstraps nothing"
        target = float(reward)
        if bootstrap is not None:
            assert float(discount) == gamma
            assert float(later) == pytest.approx(q[following].max(), abs=1e-8)
            target += gamma * q[following].max()
        q[here, action] += 0.1 * (target - q[here, action])
        assert float(new) == pytest.approx(q[here, action], abs=1e-8)
        here = 0 if following == 3 or count == 100 * (not ends) else following
        episodes += here == 0 and count < steps and (following == 3 or count == 100 * (not ends))
    assert len(lines) == steps
    assert sum(note is not None for *_, note in lines) == ends
    with Image.open(figure) as animation:
        assert animation.n_frames == steps + episodes, "one for every action, one for every start"


def test_updates_are_written_as_the_course_writes_them(tmp_path, capsys):
    printed = run_example(2, capsys, steps=40, figure=tmp_path / "updates.gif")
    assert "Q(2, right) <- 0.72 + 0.1 (0 + 0.8 x 2.44 - 0.72)    = 0.84\n" in printed
    assert "Q(3, right) <- 0.00 + 0.1 (9 - 0.00)                 = 0.90\n" in printed
    assert printed.count("    3    1.520     2.439*    7.760     9.000*") == 1
    # 6.6 = 7.76 - 1.14
    assert "So: the best action is right in all 3 states, and the largest error is 6.6, of Q(1, right)." in printed


def test_the_whole_table_is_printed_after_every_update_if_asked_for(tmp_path, capsys):
    printed = run_example(2, capsys, steps=5, table=True, figure=tmp_path / "updates.gif")
    assert printed.count("    1    0.000     0.200*    6.208     7.760*") == 4, "after three updates, and at the end"
    assert printed.count("    2    0.000*    0.000*    6.208     7.200*") == 6
    assert printed.count("    3    0.200*    0.000     7.760     9.000*") == 2, "0.1 x 2, paid by the fifth update"


def test_more_exploration_prints_exact_values(tmp_path, capsys):
    figure = tmp_path / "figure.png"
    printed = run_example(3, capsys, epsilons=(0.5, 1.0), seeds=2, steps=2_000, figure=figure)
    assert_shows(figure, "tab:blue", "black")
    rows = [list(map(float, line.split())) for line in printed.splitlines() if re.match(r" +[\d.]+ +\d", line)]
    assert [row[0] for row in rows] == [0.5, 1.0]
    for epsilon, value, greedy, _, _ in rows:
        right = np.tile([epsilon / 2, 1 - epsilon / 2], (4, 1))
        assert value == pytest.approx(dp.expected_return(reward_line(), right, 0.8), abs=5e-4)
        assert greedy == 7.76
    assert "no policy is worth more than 7.760." in printed
    for column in ("value", "if greedy", "regret per step", "steps to the end"):
        assert len(re.findall(rf"^{column}  .*(reward units|steps)", printed, re.M)) == 1, (
            "it is defined, with its unit"
        )
    # Half of the actions explored give away less than all of them, whose value is 5.
    assert "So: the policy is worth most with epsilon 0.5, training gives away least with 0.5," in printed


def test_the_largest_alpha_is_best_without_noise_and_worst_with_it(tmp_path, capsys):
    figure = tmp_path / "figure.png"
    printed = run_example(4, capsys, alphas=(0.1, 1.0), seeds=3, steps=5_000, figure=figure)
    assert_shows(figure, "#1f77b4", "#ff7f0e")
    without, noisy = printed.split("rewards ±1:")
    assert "So: rewards without noise, and alpha 1 ends nearest to the exact values." in without
    # Every update with alpha 1 writes Q* itself once what follows is right; with noise 9 is 8 or 10, always 1 away.
    assert re.search(r"^1 +[\d,]+ +\d\.?\d*e-07 ", without, re.M)
    assert re.search(r"^1 +never ", noisy, re.M)
    assert "So: rewards ±1, and alpha 0.1 ends nearest to the exact values." in noisy


def test_a_smaller_gamma_shrinks_values_and_a_larger_one_shuttles(tmp_path, capsys):
    figure = tmp_path / "figure.png"
    printed = run_example(5, capsys, steps=6_000, figure=figure)
    assert_shows(figure, "#2563eb", "#d97706", "#9ca3af")
    assert "changes at gamma = 0.8819171037; sqrt(7) / 3 = 0.8819171037." in printed
    first, *_, nothing, above = re.split("^gamma ", printed, flags=re.M)[1:]
    assert first.startswith("0.8: optimal is 1 right, 2 right, 3 right (* best).")
    assert nothing.startswith("0: optimal is 1 right, 2 left or right, 3 right (* best).")
    assert above.startswith("0.95: optimal is 1 right, 2 left or right, 3 left (* best).")
    assert re.search(r"\n    3    7\.\d+ +9\.000\*    7\.760     9\.000\*\n", first)
    assert re.search(r"\n    3   20\.\d+\* +\d\.\d+    20\.513\*    9\.000\n", above), "the agent goes left, too"
    # 2 + 9 gamma^2, and 2 / (1 - gamma^2)
    assert "walking to the 9 is worth 7.760; shuttling over the 2 is worth 5.556." in first
    assert "walking to the 9 is worth 10.122; shuttling over the 2 is worth 20.513." in above
    assert "So: from gamma 0.8 to 0 the value of state 1 shrinks from 7.760 to 2.000" in printed
    assert "optimal actions stay the same with gamma 0.8, 0.5, 0.2.\n" in printed


def test_the_treasure_hunt_is_drawn_on_one_line_of_a_terminal(capsys, monkeypatch):
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    printed = run_example(6, capsys, delay=0.25)
    assert waited == [0.25] * (printed.count("\r") - 13)
    hunts, table = printed.split("\n\n", maxsplit=1)
    for episode, hunt in enumerate(hunts.split("\n"), start=1):
        nothing, *frames, last = hunt.split("\r")
        assert nothing == ""
        assert last == f"Episode {episode}: total_steps = {len(frames) - 1}"
        assert (frames[0], frames[-2], frames[-1]) == ("o----T", "----oT", "-----o")
        places = [frame.index("o") for frame in frames]
        assert set(np.abs(np.diff(places)).tolist()) <= {0, 1}
        assert set(frames) <= {"o----T", "-o---T", "--o--T", "---o-T", "----oT", "-----o"}
    assert episode == 13
    # Every episode moves Q(5, right) once towards 1: 1 - 0.9^13.
    assert re.search(r"\n    5 +\S+ +0\.746\*    0\.810     1\.000\*\n", table)


def test_the_treasure_hunt_writes_lines_into_a_file_and_waits_for_nobody(capsys):
    printed = run_example(6, capsys, delay=1e6, episodes=2)
    assert printed.isascii()
    assert printed.replace("\n", "").isprintable(), "no control characters"
    assert re.match(r"Episode 1: total_steps = \d+\nEpisode 2: total_steps = \d+\n\n", printed)
    assert "So: the best action is right in " in printed


README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", README, re.S)


def test_the_readme_shows_the_checkup_and_the_exact_answer():
    assert [len(re.findall(r"^.+$", program, re.M)) for program, _ in PROGRAMS] == [8, 6]
    assert "checkup(" in PROGRAMS[0][0]
    assert "policy_iteration(" in PROGRAMS[1][0]


@pytest.mark.parametrize(("program", "shown"), PROGRAMS, ids=["checkup", "exact answer"])
def test_a_program_of_the_readme_prints_what_the_readme_shows(program, shown):
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == shown


def test_code_in_the_readme_fits_in_seventy_columns():
    blocks = re.findall(r"```\w*\n(.*?)```", README, re.S)
    assert len(blocks) >= 2 * len(PROGRAMS)
    for block in blocks:
        assert max(map(len, block.splitlines())) <= 70


def test_a_keras_network_learns_the_exact_values(tmp_path, capsys):
    figure = tmp_path / "figure.png"
    printed = run_example(7, capsys, variants=("priorities",), figure=figure)
    assert "priorities: 4750 gradient steps" in printed
    assert "    2    6.208     7.200*    6.208     7.200*" in printed
    error = float(re.search(r"right in all 3 states, and the largest error is (\S+), of", printed)[1])
    assert error < 1e-5, "small gradients do not throw it off"
    assert_shows(figure, "tab:blue")


def test_a_variant_that_is_not_there_is_refused():
    call = [sys.executable, str(ROOT / "examples" / "07_keras_dqn.py"), "--variants", "triple"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "triple" in done.stderr
    assert "Traceback" not in done.stderr


def test_three_steps_are_drawn_with_their_own_fixed_point(tmp_path, capsys):
    figure = tmp_path / "figure.png"
    printed = run_example(7, capsys, variants=("3 steps",), steps=1_200, figure=figure)
    own = dp.n_step_values(reward_line(), 0.8, 3, lambda q: epsilon_greedy(q, 0.1), lambda q: q.max(axis=1))
    away = np.abs(own - dp.policy_iteration(reward_line(), 0.8).q).max()
    assert away == pytest.approx(0.098, abs=5e-4)
    assert f"whose fixed point is {away:.2g} from the exact values (dashed)." in printed
    assert_shows(figure, "black")


@pytest.mark.parametrize(
    ("number", "library", "advice"),
    [(18, "stable_baselines3", "pip install -e '.[interop]'"), (19, "ray", "an environment with RLlib")],
)
def test_an_example_says_what_to_install(monkeypatch, capsys, number, library, advice):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SystemExit, match=re.escape(advice)):
        run_example(number, capsys)


def test_agents_are_compared_beside_the_cliff(tmp_path, capsys):
    printed = run_example(20, capsys, seeds=2, figure=tmp_path / "figure.png")
    rows = {line[:14].strip(): line[14:].split() for line in printed.splitlines()[2:5]}
    assert rows["Q-learning"][:3] == ["-13.000"] * 3, "the edge is the shortest way: 13 steps"
    assert float(rows["Expected Sarsa"][-1]) > float(rows["Q-learning"][-1]), "who counts falls in falls less"
    assert "The optimum is -13" in printed
    assert "So: Q-learning ends nearest to the optimum, and Expected Sarsa earns most while it learns." in printed
    assert_shows(tmp_path / "figure.png", "#1f77b4", "#ff7f0e", "#2ca02c")
