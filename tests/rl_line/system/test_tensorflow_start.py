"""TensorFlow starts without a word, unless it fails or its user asks for its messages."""

import os
import subprocess
import sys

import pytest

#: The first use of both packages that load it, with an operation after the start.
STARTS = {
    "agents": "import agents; agents.DQN; import tensorflow as tf; print(float(tf.constant(1.0) + 1.0))",
    "sequence_tasks": "import sequence_tasks as st; st.MODELS; from keras import ops; print(float(ops.ones(()) + 1))",
}
PLAIN = "from rl_line.system import start_tensorflow; start_tensorflow(); start_tensorflow(); print(2.0)"
BROKEN = "import os, sys\nos.write(2, b'the library is missing\\n')\nraise ImportError('libthing.so')\n"


def run(program, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True)


@pytest.mark.parametrize("package", STARTS)
def test_nothing_of_the_start_reaches_the_terminal(package):
    done = run(STARTS[package])
    assert (done.stdout, done.stderr, done.returncode) == ("2.0\n", "", 0)


def test_who_asks_for_its_messages_gets_them():
    assert "oneDNN" in run(PLAIN, TF_CPP_MIN_LOG_LEVEL="0").stderr


def test_what_was_held_is_shown_if_the_start_fails(tmp_path):
    (tmp_path / "tensorflow.py").write_text(BROKEN, encoding="utf-8")
    done = run(PLAIN, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("the library is missing\n")
    assert "ImportError: libthing.so" in done.stderr


def test_the_standard_error_is_there_again_afterwards():
    program = "import os, sys\nfrom rl_line.system.tensorflow_start import held_stderr\n"
    program += "with held_stderr():\n    os.write(2, b'held')\n    print('held too', file=sys.stderr)\n"
    program += "print('shown', file=sys.stderr)"
    assert run(program).stderr == "shown\n"


def test_a_process_without_a_standard_error_starts_too():
    program = "import os\nfrom rl_line.system.tensorflow_start import held_stderr\nos.close(2)\n"
    assert run(program + "with held_stderr():\n    print('started')").stdout == "started\n"
