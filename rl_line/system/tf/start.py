"""A start of TensorFlow without messages, some of which no environment variable silences."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from rl_line.system.extras import brought_by

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"  # 2 for errors and warnings only
_STDERR = 2  # the file descriptor that TensorFlow's C++ code writes to


def start_tensorflow() -> None:
    """Imports TensorFlow and finds its devices, without messages unless it fails or TF_CPP_MIN_LOG_LEVEL is set.

    It has no effect if TensorFlow is already loaded.
    """
    if "tensorflow" in sys.modules:
        return
    if _LEVEL in os.environ:
        with brought_by("keras"):
            import_module("tensorflow")
        return
    os.environ[_LEVEL] = "2"
    with brought_by("keras"), held_stderr():
        import_module("tensorflow").config.list_physical_devices()  # looks for a GPU, with a message if there is none


@contextmanager
def held_stderr() -> Iterator[None]:
    """Holds everything that the process writes to its standard error; if the block raises, shows it."""
    sys.stderr.flush()
    try:
        original = os.dup(_STDERR)
    except OSError:  # a process without a standard error has nothing to hold
        yield
        return
    import tempfile

    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), _STDERR)
        failed = True
        try:
            yield
            failed = False
        finally:
            sys.stderr.flush()
            os.dup2(original, _STDERR)
            os.close(original)
            if failed:
                held.seek(0)
                os.write(_STDERR, held.read())
