"""The table of the modules with rules."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from conformance.validator import rules
from conformance.validator.rules import MODULES, rules_for
from fhir_kernel.definitions.catalog import Catalog


def test_every_module_with_rules_is_in_the_table() -> None:
    names = (module.name for module in pkgutil.iter_modules(rules.__path__))
    tables = {name: getattr(import_module(f"{rules.__name__}.{name}"), "RULES", {}) for name in names}
    found = {(kind, name) for name, table in tables.items() for kind in table}
    assert found == {(kind, name) for kind, listed in MODULES.items() for name in listed}


def test_general_rules_come_before_those_of_the_type(core: Catalog) -> None:
    found = [getattr(rule, "__name__", "") for rule in rules_for("Bundle", core.model)]
    assert found[-1] == "check_bundle"
    assert len(found) > 1
