"""The documentation builds without a warning, fetches nothing, and explains all results of the checkup."""

import importlib
import pkgutil
import re
import runpy
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from mutants.registry import MUTANTS, UNSEEN

import agents
import rl_line
import sequence_tasks
from agents import checkup
from agents.checkup import CHECKS
from agents.checkup.rules.catalogue import BUGS
from agents.checkup.training.lines import ACTION_LINES, LINES
from agents.sweeps.presets.course import PROBLEMS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SIGNED = re.compile(r'<dt class="sig[^>]*id="([^"]+)"')
FETCHED = re.compile(r"""(?:\bsrc=|<link[^>]*\bhref=|url\(|@import\s)\s*["']?\s*(?:https?:)?//|integrity=|preconnect""")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The text of every built page and style sheet by its path."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", folder / "trees"]
    # Lessons and examples are run by tests of their own.
    built = subprocess.run(
        [*command, "-D", "run_programs=0", DOCS, folder / "html"], cwd=folder, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert not built.stderr, "as TensorFlow's, which no build without programs loads"
    files = [path for path in (folder / "html").rglob("*") if path.suffix in (".html", ".css", ".js", ".svg")]
    return {path.relative_to(folder / "html").as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_nothing_is_fetched_from_anywhere(pages):
    assert {"index.html", "bugs.html", "checkup.html", "reference/agents.html"} <= set(pages)
    for name, text in pages.items():
        assert not FETCHED.search(text), (name, FETCHED.search(text))


def test_the_course_of_sweeps_is_published(pages):
    published = pages["tabular_agents.html"]
    assert sum(f"<td>{kind.__name__}</td>" in published for kind in agents.TABULAR) >= 10
    assert [env for env in PROBLEMS if f"<h2>{env}</h2>" not in published] == []
    assert 'href="../tabular_agents.html"' in pages["explained/statistics.html"]


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("how_to/scale_out.html", "../gallery/04_learning_rate.html"),
        ("tasks.html", "gallery/index.html"),
        ("tasks.html", "tutorial/index.html"),
        ("how_to/sweep.html", "../tabular_agents.html"),
    ],
)
def test_links_to_sources_become_links_to_the_pages_made_from_them(pages, page, target):
    assert f'href="{target}"' in pages[page].split("<article")[1], "not in the navigation alone"
    assert "examples/" not in "".join(re.findall(r'href="([^"]*)"', pages["tasks.html"]))


def test_the_page_of_a_sweep_is_of_the_run_that_the_how_to_shows(pages, tmp_path):
    published = runpy.run_path(str(DOCS / "extensions/sweeps/published.py"))
    guide = (DOCS / "how_to" / "sweep.md").read_text(encoding="utf-8")
    assert f"rl-line sweep {published['SWEEP']} --out" in guide
    assert 'href="../sweep.html"' in pages["how_to/sweep.html"]
    published["publish_run"](tmp_path / "sweep.html")
    made = (tmp_path / "sweep.html").read_text(encoding="utf-8")
    assert not FETCHED.search(made)
    assert "1,200 runs, judged by their regret" in made
    # The least discount and step size: 2 + 0.5 * 0 + 0.25 * 9 is the optimum, and what is missed is nothing.
    assert "<td>0.05</td><td>0.5</td><td>0</td><td>0</td><td>0</td><td>20</td>" in made


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js">',
        "<link rel=stylesheet href='//fonts.example/css'>",
        '@import "https://fonts.example/css";',
        "@font-face{src:url(https://fonts.example/a.woff2)}",
    ],
)
def test_an_address_that_would_be_fetched_is_noticed(text):
    assert FETCHED.search(text)


def test_code_that_scrolls_can_be_reached_by_the_keyboard(pages):
    blocks = [block for text in pages.values() for block in re.findall(r"<pre[^>]*>", text)]
    assert len(blocks) > 50
    assert [block for block in blocks if "tabindex" not in block and "aria-hidden" not in block] == []


def test_the_catalogue_has_every_bug_that_can_be_named(pages):
    named = {bug for _, bugs, _ in MUTANTS.values() for bug in bugs} | {*BUGS}
    named |= {name.split(",")[0] for name in UNSEEN}
    assert {bug for bug in named if f'<section id="{bug}">' not in pages["bugs.html"]} == set()


#: Rows of a state, the right values and those of a bug, with stars where they are so far off that they are bold.
#: Line A, gamma 0.7: to and fro between 1 and 2 costs 1.5 every other step, -1.5 / (1 - 0.49) = -2.941 from 2. A target
#: frozen at 5 adds 3.5 to every reward but the last.
#: Line C, gamma 0.8: both ends look like state 2, from which 1.5 + 0.8 x 7.5 = 7.5 goes on for ever.
BY_HAND = {
    "target-never-synced": "1 -2.941 -2.059 *2 *3.5 2 -2.941 -3.441 *2 *1.5 3 -2.059 -3 *3.5 -3",
    "terminal-bootstrap": "2 1.5 -1.5 *7.5 *3.3 3 -0.3 0 *4.5 *6",
    "wrong-action-updated": "2 1.5 -1.5 *-1.5 *1.5 3 -0.3 0 *0 *-0.3",
}


@pytest.mark.parametrize("bug", BY_HAND)
def test_numbers_of_the_catalogue_by_hand(pages, bug):
    section = pages["bugs.html"].split(f'<section id="{bug}">')[1].split("</section>")[0]
    tables = [re.findall(r"<td><p>(.*?)</p></td>", table) for table in section.split("<table")[1:]]
    shown = [cell.replace("<strong>", "*").replace("</strong>", "") for cell in tables[1]]
    assert shown == BY_HAND[bug].split()


def test_the_catalogue_shows_the_word_in_its_slot(pages):
    section = pages["bugs.html"].split('<section id="min-for-max">')[1].split("</section>")[0]
    cells = re.findall(r"<td><p>(.*?)</p></td>", section.split("<table")[1])
    slot, right, here = cells
    assert (slot, right[:8], here[:9]) == ("choice", "the best", "the worst")


def test_the_catalogue_has_the_code_and_the_numbers_of_every_known_bug(pages):
    for bug in BUGS:
        section = pages["bugs.html"].split(f'<section id="{bug}">')[1].split("</section>")[0]
        assert section.count("<table") >= 2, bug
        assert "highlight-diff" in section, bug


def test_every_line_of_the_checkup_is_drawn(pages):
    drawn = re.findall(r'aria-label="Line (\w): gamma [^"]+"', pages["bugs.html"])
    assert drawn == [line.id for line in (*LINES, *ACTION_LINES)]
    assert "Line C: gamma 0.8; ends in 1 and 4, shown as state 2; cut off after 4 steps" in pages["bugs.html"]


def test_the_guide_explains_every_check():
    guide = (DOCS / "checkup.md").read_text(encoding="utf-8")
    explained = {row.split()[0] for row in re.findall(r"^\| `([^`]+)`", guide, re.MULTILINE)}
    assert len(explained) > 5
    assert explained == {name.split()[0] for name in CHECKS}


def test_the_guide_shows_what_the_report_says():
    guide = (DOCS / "checkup.md").read_text(encoding="utf-8")
    shown = guide.split("## How do I read the report?")[1].split("```text\n")[1].split("```")[0].splitlines()
    example = runpy.run_path(str(ROOT / "examples" / "17_check_agent.py"))
    wrong = partial(example["train"], kind=example["TakesCutsForEnds"])
    said = str(checkup(wrong, budget=30, epsilon=0.3)).splitlines()
    assert len(shown) > 5
    assert [line for line in shown if line not in said] == []


#: The packages and their doors: each module inside them that names what it offers.
DOORS = [
    importlib.import_module(name)
    for package in (agents, rl_line, sequence_tasks)
    for name in (
        package.__name__,
        *(f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__)),
    )
    if name not in ("rl_line.system", "rl_line.__main__") and hasattr(importlib.import_module(name), "__all__")
]


def marks(door, name):
    """Marks of a public name in a page of the reference, under any of the addresses that it has."""
    found = getattr(door, name)
    if isinstance(found, ModuleType):
        return {f'id="module-{found.__name__}"'}
    same = {f"{other.__name__}.{name}" for other in DOORS if getattr(other, name, None) is found}
    return {f'id="{address}"' for address in same | {f"{getattr(found, '__module__', '')}.{name}"}}


def test_all_doors_are_known():
    assert {"agents", "agents.saving", "rl_line.dp", "sequence_tasks", "sequence_tasks.task"} <= set(NAMES)


NAMES = {door.__name__: door for door in DOORS}


@pytest.mark.parametrize("door", NAMES)
def test_the_reference_has_every_public_name(pages, door):
    reference = "".join(text for name, text in pages.items() if name.startswith("reference/"))
    names = NAMES[door].__all__
    assert [name for name in names if not any(mark in reference for mark in marks(NAMES[door], name))] == []


def test_the_reference_has_every_name_once(pages):
    ids = [one for name, text in pages.items() if name.startswith("reference/") for one in SIGNED.findall(text)]
    assert len(ids) > 200
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
