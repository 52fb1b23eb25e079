"""The names that may stand in what is remembered of records: those of FHIR's types and elements, and no others."""

from __future__ import annotations

import re
from functools import cached_property

from fhir_kernel.definitions.model import Model

_STEP = re.compile(r"(?P<name>[^\[\]]*)(?P<index>\[[0-9]+\])?")


class Vocabulary:
    """The names that may stand in evidence: those of FHIR's types and elements."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def is_resource(self, name: str) -> bool:
        """Whether it is the name of a resource type."""
        return self._model.is_resource(name)

    def path(self, path: str) -> str:
        """A location with `*` in the place of whatever name is not FHIR's."""
        return ".".join(self._step(each) for each in path.split("."))

    def _step(self, step: str) -> str:
        found = _STEP.fullmatch(step)
        if found is None or found["name"].removesuffix("()") not in self._names:
            return "*"
        return step

    @cached_property
    def _names(self) -> frozenset[str]:
        types = self._model.types
        fields = {name for each in types.values() for row in each.fields.values() for name in (row.name, row.element)}
        return frozenset(types) | fields | {"resolve"}
