"""Where a value stands: a linked path that costs one tuple a step and is spelt out only when something is reported.

The root is `("Patient",)`; a step is `(parent, name, index)` with index -1 for a single element. `render` gives the
FHIRPath location (https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.expression).
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

At: TypeAlias = tuple[Any, ...]
"""`(text,)` for a root, else `(parent, name, index)`."""
_INDEX = re.compile(r"\[[0-9]+\]")


def render(at: At) -> str:
    """`Patient.name[0].given[1]`."""
    steps: list[str] = []
    while len(at) == 3:
        parent, name, index = at
        steps.append(f"{name}[{index}]" if index >= 0 else name)
        at = parent
    steps.append(at[0])
    return ".".join(reversed(steps))


def element_path(at: At, root: At, resource_type: str) -> str:
    """The path of the element from its resource, without indexes: `Patient.name.given`."""
    steps: list[str] = []
    while at is not root and len(at) == 3:
        at, name, _ = at
        steps.append(name)
    steps.append(resource_type)
    return ".".join(reversed(steps))


def plain(path: str) -> str:
    """A FHIRPath location without indexes: `Patient.name.given`."""
    return _INDEX.sub("", path)
