"""A package's public names, each imported when it is first used, so that an import costs next to nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

Finds = Callable[[str], Any]
Lists = Callable[[], list[str]]


def lazy_names(package: str, names_of: Mapping[str, str]) -> tuple[Finds, Lists]:
    """`__getattr__` and `__dir__` of a package. `names_of`: its modules, each with its names in one text."""
    module_of = {name: module for module, names in names_of.items() for name in names.split()}

    def find(name: str) -> Any:
        module = module_of.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find, lambda: sorted(module_of)
