"""Imports that wait for the first use of a name, and work that waits until somebody imports a heavy package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import Any

from rl_line.system.kinds import hint


def lazily(package: str, modules: Mapping[str, str], public: Sequence[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names are imported by their first use (PEP 562).

    Args:
        package: its name.
        modules: by each name the module in the package that has it, or is it.
        public: all public names, for hints.
    """

    def attribute(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}. {hint(name, public)}".rstrip())
        module = import_module(f"{package}.{modules[name]}")
        return module if name == modules[name] else getattr(module, name)

    return attribute


def when_imported(name: str, work: Callable[[], Any]) -> None:
    """Does some work after a package is imported: at once if it is there already."""
    if name in sys.modules:
        work()
    else:
        sys.meta_path.insert(0, _Waiting(name, work))


class _Waiting(MetaPathFinder):
    """A finder that leaves the package to the others, and does its work once they have loaded it."""

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self.name, self.work, self.asking = name, work, False

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The spec of the package, whose loader does the work; None for all others."""
        if name != self.name or self.asking:
            return None
        self.asking = True
        try:
            spec = find_spec(name)
        finally:
            self.asking = False
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_work(module: Any) -> None:
                load(module)
                if self in sys.meta_path:  # not before, as some only look whether the package is there
                    sys.meta_path.remove(self)
                    self.work()

            spec.loader.exec_module = load_and_work  # type: ignore[method-assign]
        return spec
