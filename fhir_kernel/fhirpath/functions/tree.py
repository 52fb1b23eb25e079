"""Tree navigation (https://hl7.org/fhirpath/N1/index.html#tree-navigation)."""

from __future__ import annotations

from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function
from fhir_kernel.fhirpath.navigation import Navigation
from fhir_kernel.fhirpath.values import Items, Node


def functions(navigation: Navigation) -> dict[str, Function]:
    """The rows of this chapter, which need to know the types."""

    def children(items: Items, env: Environment) -> Items:
        found: Items = []
        for item in items:
            if item.__class__ is Node:
                found += navigation.children(item)
        env.spend(len(found))
        return found

    def descendants(items: Items, env: Environment) -> Items:
        found: Items = []
        level = children(items, env)
        while level:
            found += level
            level = children(level, env)
        return found

    return {"children": function(children), "descendants": function(descendants)}
