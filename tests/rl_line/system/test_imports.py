"""Work waits for the import of a package, is done once, and leaves other imports alone."""

import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from rl_line.system.imports import when_imported


@pytest.fixture
def packages(tmp_path, monkeypatch):
    for name in ("awaited_package", "other_package"):
        (tmp_path / f"{name}.py").write_text("value = 3\n")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))


def test_work_is_done_once_after_the_import(packages):
    seen = []
    when_imported("awaited_package", lambda: seen.append(sys.modules["awaited_package"].value))
    import_module("other_package")
    assert seen == []
    assert import_module("awaited_package").value == 3
    assert seen == [3]
    import_module("awaited_package")
    assert seen == [3]


def test_work_is_done_at_once_where_the_package_is_there(packages):
    import_module("awaited_package")
    seen = []
    when_imported("awaited_package", lambda: seen.append(1))
    assert seen == [1]


def test_a_package_that_is_missing_stays_missing(packages):
    when_imported("no_such_package", lambda: pytest.fail("there is nothing to wait for"))
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        import_module("no_such_package")


def test_work_still_waits_after_a_mere_look_for_the_package(packages):
    seen = []
    when_imported("awaited_package", lambda: seen.append(1))
    assert find_spec("awaited_package") is not None
    assert seen == []
    import_module("awaited_package")
    assert seen == [1]
