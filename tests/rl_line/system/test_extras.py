"""The error about a missing optional package names its extra."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)
sys.meta_path.insert(0, Missing())
try:
    {program}
except ModuleNotFoundError as error:
    print(error)
"""

NEEDS = {
    "import agents; agents.DQN": "keras",
    "import agents; agents.train_compiled": "keras",
    "from agents.deep.networks import q_network": "keras",
    "import sequence_tasks; sequence_tasks.fit": "keras",
    "from sequence_tasks.models.builders import MODELS": "keras",
    "import agents; agents.plots": "plot",
    "from agents.plots import save": "plot",
    "import agents; agents.animation": "plot",
    "import sequence_tasks; sequence_tasks.plots": "plot",
}


@pytest.mark.parametrize(("program", "extra"), NEEDS.items())
def test_the_extra_is_named(program, extra):
    missing = {"keras": ("tensorflow", "keras"), "plot": ("matplotlib", "PIL")}[extra]
    code = WITHOUT.format(missing=missing, program=program)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"which the extra '{extra}' brings; pip install 'rl-line[{extra}]'" in done.stdout, done.stderr
    assert done.stderr == ""
