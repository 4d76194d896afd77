"""TensorFlow starts without a word, unless it fails or its user asks for its messages."""

import os
import subprocess
import sys

import pytest

#: The first use of the packages that load it, with an operation of a network and a compiled program after it.
FIRST_USE = """
import agents, rl_line, sequence_tasks
agents.DQN, sequence_tasks.MODELS
agents.train_compiled(rl_line.reward_line(), agents.QLearning(4, 2), steps=10)
print(agents.DQN(agents.q_network(rl_line.RewardLineEnv().observation_space, 2)).q_values([0]).shape)
"""
START = "from rl_line.system import start_tensorflow; start_tensorflow(); start_tensorflow(); print('started')"
TALKATIVE = "import os\nos.write(2, b'a message of its start\\n')\nclass config:\n    list_physical_devices = print\n"
BROKEN = "import os, sys\nos.write(2, b'the library is missing\\n')\nraise ImportError('libthing.so')\n"


def run(program, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True)


def test_nothing_of_the_start_reaches_the_terminal():
    done = run(FIRST_USE)
    assert (done.stdout, done.stderr, done.returncode) == ("(1, 2)\n", "", 0)


@pytest.mark.parametrize(
    ("variables", "shown"), [({}, ""), ({"TF_CPP_MIN_LOG_LEVEL": "0"}, "a message of its start\n")]
)
def test_who_asks_for_its_messages_gets_them(tmp_path, variables, shown):
    (tmp_path / "tensorflow.py").write_text(TALKATIVE, encoding="utf-8")
    done = run(START, PYTHONPATH=str(tmp_path), **variables)
    assert (done.stdout.split(), done.stderr) == (["started"], shown)


def test_what_was_held_is_shown_if_the_start_fails(tmp_path):
    (tmp_path / "tensorflow.py").write_text(BROKEN, encoding="utf-8")
    done = run(START, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("the library is missing\n")
    assert "ImportError: libthing.so" in done.stderr


def test_the_standard_error_is_there_again_afterwards():
    program = "import os, sys\nfrom rl_line.system.tf.start import held_stderr\n"
    program += "with held_stderr():\n    os.write(2, b'held')\n    print('held too', file=sys.stderr)\n"
    program += "print('shown', file=sys.stderr)"
    assert run(program).stderr == "shown\n"


def test_a_process_without_a_standard_error_starts_too():
    program = "import os\nfrom rl_line.system.tf.start import held_stderr\nos.close(2)\n"
    assert run(program + "with held_stderr():\n    print('started')").stdout == "started\n"
