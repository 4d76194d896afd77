"""Structure of the packages: who may import whom, what stays unloaded, and how large and how documented things are."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rl_line", "agents", "sequence_tasks")
HEAVY = {"tensorflow", "keras", "torch", "jax", "matplotlib", "PIL", "pygame", "ray", "numba", "pandas", "scipy"}
MAY_IMPORT = {
    "rl_line": ("rl_line",),
    "agents": ("agents", "rl_line"),
    "sequence_tasks": ("sequence_tasks", "rl_line.system"),
}


@cache
def modules():
    """Path of every module by its name."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return dict(zip(names, paths, strict=True))


@cache
def trees():
    """Syntax tree of every module."""
    return {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in modules().items()}


def offences(found):
    """Of every module with any, the offences that a function of its name and its tree finds."""
    each = {module: list(found(module, tree)) for module, tree in trees().items()}
    assert len(each) > 200
    return {module: offence for module, offence in each.items() if offence}


def parts(tree, *, typed):
    """All nodes of a tree, or those alone that are there when the program runs."""
    yield tree
    for node in ast.iter_child_nodes(tree):
        if typed or not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield from parts(node, typed=typed)


def imported(module, *, typed=True):
    """The names that a module imports, wherever in it; `from a import b` counts as a and a.b."""
    for node in parts(trees()[module], typed=typed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def graph(*, typed=True):
    """The modules of the packages that every module imports, with or without those for type checkers alone."""
    return {
        module: {name for name in imported(module, typed=typed) if name in modules()} - {module} for module in modules()
    }


def inside(name, room):
    return name == room or name.startswith(f"{room}.")


def test_a_package_imports_only_what_lies_below_it():
    def above(module, _):
        allowed = MAY_IMPORT[module.split(".")[0]]
        return [name for name in graph()[module] if not any(inside(name, room) for room in allowed)]

    assert offences(above) == {}


def test_only_networks_and_compiled_loops_import_tensorflow():
    def heavy(module, _):
        allowed = module.startswith(("agents.deep.", "agents.compiled.", "sequence_tasks.models."))
        return [] if allowed else {"keras", "tensorflow"} & {name.split(".")[0] for name in imported(module)}

    assert offences(heavy) == {}


def test_no_import_cycle():
    # A package's own names are in its modules, so an import from the package itself counts as one of them.
    list(TopologicalSorter(graph()).static_order())


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_imported_at_most_six_deep(package):
    @cache
    def chain(module):
        """The longest chain of imports from a module on."""
        chains = (chain(name) for name in graph(typed=False)[module] if inside(name, package))
        return (*max(chains, key=len, default=()), module)

    longest = max((chain(module) for module in modules() if inside(module, package)), key=len)
    assert len(longest) - 1 <= 6, " is imported by ".join(longest)


def test_a_file_is_short_and_says_what_it_is_for():
    def too_long_or_nameless(module, tree):
        lines = len(modules()[module].read_text(encoding="utf-8").splitlines())
        return [*([f"{lines} lines"] if lines > 250 else []), *([] if ast.get_docstring(tree) else ["no first line"])]

    assert offences(too_long_or_nameless) == {}


def test_functions_are_short():
    def too_long(_, tree):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        return [node.name for node in functions if node.end_lineno - node.lineno >= 50]

    assert offences(too_long) == {}


def is_public(node):
    """True for functions, methods and classes for others; a setter is described by its property."""
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
        return False
    return not any(getattr(decorator, "attr", "") == "setter" for decorator in node.decorator_list)


def test_everything_public_is_documented():
    def undocumented(_, tree):
        public = [node for node in tree.body if is_public(node)]
        public += [one for node in public if isinstance(node, ast.ClassDef) for one in node.body if is_public(one)]
        return [node.name for node in public if not ast.get_docstring(node)]

    assert offences(undocumented) == {}


RIDDLES = {"What", "Whether", "Who", "Whose", "Where", "When", "Why", "Which", "How"}
RIDDLES |= {"That", "Those", "It", "Of", "Says", "Tells"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def test_a_docstring_begins_with_a_noun_or_a_verb_of_the_field():
    def riddles(_, tree):
        said = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)]
        return [text for text in said if text and text.split()[0] in RIDDLES]

    assert offences(riddles) == {}


def test_a_folder_holds_about_a_dozen_files():
    folders = {path.parent for top in (*PACKAGES, "docs", "tests") for path in (ROOT / top).rglob("*.py")}
    counts = {folder: len({*folder.glob("*.py")} - {folder / "__init__.py"}) for folder in folders}
    assert len(counts) > 60
    assert {folder: count for folder, count in counts.items() if count > 13} == {}


def test_a_test_module_is_short():
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


@pytest.mark.parametrize(
    "program",
    [
        "import rl_line, agents, sequence_tasks",
        "import gymnasium, rl_line; env = gymnasium.make('RewardLine-v0'); env.reset(); env.step(1)",
        "import gymnasium, rl_line; gymnasium.make_vec('RewardLine-v0', num_envs=2).reset()",
        "import gymnasium, rl_line, agents; env = gymnasium.make('RewardLine-v0');"
        "agents.train(env, agents.QLearning.for_env(env), steps=10)",
        "import agents.sweeps, agents.sweeps.command; from agents.sweeps import presets, regret, report, statistics",
        "from rl_line import dp, reward_line; dp.policy_iteration(reward_line(), 0.8)",
    ],
)
def test_the_core_loads_no_heavy_library(program):
    listed = f"{program}\nimport sys; print(*(name.split('.')[0] for name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not HEAVY & set(loaded.stdout.split())


def test_an_environment_loads_what_it_needs_and_no_more():
    program = "import gymnasium, sys; gymnasium.make('rl_line:RewardLine-v0').reset(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("rl_line.")}
    assert {"rl_line.env", "rl_line.mdp", "rl_line.drawing.render"} <= loaded
    assert not [name for name in loaded if name.startswith(("rl_line.dp", "rl_line.env_checkup", "rl_line.drawing.ta"))]


@pytest.mark.parametrize(
    "before", ["", "import agents.checkup", "from agents.checkup import PASS", "import agents.checkup.decide"]
)
def test_the_checkup_is_a_function_and_loaded_when_it_is_used(before):
    program = f"import sys, agents; print('agents.checkup' in sys.modules)\n{before}\nprint(agents.checkup.__name__)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "checkup"]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_can_be_had(package):
    imported_package = __import__(package)
    for name in imported_package.__all__:
        assert getattr(imported_package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        imported_package.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("package", "name", "closest"), [("agents", "Qlearning", "QLearning"), ("sequence_tasks", "evaluat", "evaluate")]
)
def test_a_name_that_is_nearly_a_public_one_is_answered_with_it(package, name, closest):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'. Did you mean '{closest}'?"):
        getattr(__import__(package), name)


def test_a_class_in_the_place_of_an_agent_is_called_one():
    import agents

    with pytest.raises(TypeError, match=r"the agent=<class '.*QLearning'> is a class, expected an object with `act`"):
        agents.train("RewardLine-v0", agents.QLearning, 10)
