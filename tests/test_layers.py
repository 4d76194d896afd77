"""Who may import whom, what stays unloaded, and how large a file may be."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rl_line", "agents", "sequence_tasks")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
HEAVY = {"tensorflow", "keras", "torch", "jax", "matplotlib", "PIL", "pygame", "ray", "numba", "pandas", "scipy"}
MAY_IMPORT = {"rl_line": {"rl_line"}, "agents": {"agents", "rl_line"}, "sequence_tasks": {"sequence_tasks"}}


def imported(path):
    """The names that a file imports, wherever in it; `from a import b` counts as a and a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", MODULES)
def test_a_package_imports_only_what_lies_below_it(module):
    own = {name.split(".")[0] for name in imported(MODULES[module])} & set(PACKAGES)
    assert own <= MAY_IMPORT[module.split(".")[0]]


@pytest.mark.parametrize("module", MODULES)
def test_only_networks_and_compiled_loops_import_tensorflow(module):
    if not {"keras", "tensorflow"} & {name.split(".")[0] for name in imported(MODULES[module])}:
        return
    rooms = ("agents.deep.", "agents.compiled.", "sequence_tasks.models.")
    assert module.startswith(rooms)


def test_no_import_cycle():
    # A package's own names are in its modules, so an import from the package itself counts as one of them.
    graph = {
        module: {name for name in imported(path) if name in MODULES} - {module} for module, path in MODULES.items()
    }
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", MODULES)
def test_a_file_is_short_and_says_what_it_is_for(module):
    text = MODULES[module].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    assert ast.get_docstring(ast.parse(text)), "the first line says what the file is for"


@pytest.mark.parametrize(
    "program",
    [
        "import rl_line, agents, sequence_tasks",
        "import gymnasium, rl_line; env = gymnasium.make('RewardLine-v0'); env.reset(); env.step(1)",
        "import gymnasium, rl_line; gymnasium.make_vec('RewardLine-v0', num_envs=2).reset()",
        "import gymnasium, rl_line, agents; env = gymnasium.make('RewardLine-v0');"
        "agents.train(env, agents.QLearning.for_env(env), steps=10)",
        "from rl_line import dp, reward_line; dp.policy_iteration(reward_line(), 0.8)",
    ],
)
def test_the_core_loads_no_heavy_library(program):
    listed = f"{program}\nimport sys; print(*(name.split('.')[0] for name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not HEAVY & set(loaded.stdout.split())
