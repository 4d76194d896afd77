"""The wheel works in a fresh environment, and the oldest supported Gymnasium runs the environments' tests."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command, cwd):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fresh_environment(folder, *packages):
    """A new environment's Python, with packages at the versions of the lock."""
    versions = folder / "versions.txt"
    locked = re.findall(r"^(\S+==[^\\\n]*)", (ROOT / "locks" / "test.txt").read_text(encoding="utf-8"), re.M)
    pinned = {re.split(r"==", str(package))[0] for package in packages if "==" in str(package)}
    versions.write_text("\n".join(line for line in locked if line.split("==")[0] not in pinned), encoding="utf-8")
    run(sys.executable, "-m", "uv", "venv", "--python", sys.executable, folder / "venv", cwd=folder)
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(sys.executable, "-m", "uv", "pip", "install", "--python", python, "-c", versions, *packages, cwd=folder)
    return python


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    return folder


def test_wheel_and_sdist_hold_the_packages_and_their_marks(built):
    (wheel,), (sdist,) = built.glob("*.whl"), built.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    for package in ("rl_line", "agents", "sequence_tasks"):
        assert {f"{package}/__init__.py", f"{package}/py.typed"} <= set(names)
    assert "sequence_tasks/series/data/co2.csv" in names
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"rl_line", "agents", "sequence_tasks"}
    assert sdist.stat().st_size < 2_000_000


def test_the_wheel_makes_the_environment_from_another_folder(built, tmp_path):
    (wheel,) = built.glob("*.whl")
    python = fresh_environment(tmp_path, wheel)
    program = (
        "import gymnasium, rl_line, agents, sequence_tasks\n"
        "env = gymnasium.make('RewardLine-v0'); env.reset()\n"
        "assert rl_line.__file__.count('site-packages')\n"
        "print([env.step(1)[1] for _ in range(3)])"
    )
    assert run(python, "-W", "error", "-c", program, cwd=tmp_path).strip() == "[2.0, 0.0, 9.0]"
