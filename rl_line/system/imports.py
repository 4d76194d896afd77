"""Lazy imports at the first use of a name, and work after the import of a heavy package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import Any

from rl_line.system.kinds import hint


def lazily(package: str, modules: Mapping[str, str], public: Sequence[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package that imports names at their first use (PEP 562).

    Args:
        package: name of the package.
        modules: for each name, the module of the package that has it, or is it.
        public: all public names, for hints.
    """

    def attribute(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}. {hint(name, public)}".rstrip())
        module = import_module(f"{package}.{modules[name]}")
        return module if name == modules[name] else getattr(module, name)

    return attribute


def when_imported(name: str, work: Callable[[], Any]) -> None:
    """Calls `work` after a package is imported: at once if it is already imported."""
    if name in sys.modules:
        work()
    else:
        sys.meta_path.insert(0, _Waiting(name, work))


class _Waiting(MetaPathFinder):
    """A finder that leaves loading to the other finders, and does its work after the load."""

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self.name, self.work, self.asking = name, work, False

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The spec of the package, with a loader that does the work; None for other packages."""
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
                if self in sys.meta_path:  # after a load only, as some callers only look for the package
                    sys.meta_path.remove(self)
                    self.work()

            spec.loader.exec_module = load_and_work  # type: ignore[method-assign]
        return spec
