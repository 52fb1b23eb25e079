"""Which concepts are inactive, and which are abstract (https://hl7.org/fhir/R4/codesystem.html#status).

The properties are told by the URI with which the code system declares them, where none has it by their usual code. A
deprecated concept is still active: it may be used, though another should be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fhir_kernel.resource import Resource
from terminology.tables.properties import codes_for, properties_of

_INACTIVE_STATUSES: Final = frozenset({"retired", "inactive", "withdrawn"})


@dataclass(frozen=True, slots=True)
class StatusRules:
    """How one code system says that a concept is inactive or abstract; `status_rules` reads it."""

    inactive_codes: frozenset[str]
    status_codes: frozenset[str]
    abstract_codes: frozenset[str]

    def of(self, concept: Resource) -> tuple[bool, bool]:
        """Whether the concept is inactive, and whether it is abstract."""
        inactive = abstract = False
        if "property" in concept:
            for code, value in properties_of(concept):
                inactive = inactive or self.makes_inactive(code, value)
                abstract = abstract or self.makes_abstract(code, value)
        return inactive, abstract

    def makes_inactive(self, code: str, value: str) -> bool:
        """Whether a concept with this property is inactive."""
        if code in self.inactive_codes and value == "true":
            return True
        return code in self.status_codes and value.rpartition("#")[2] in _INACTIVE_STATUSES

    def makes_abstract(self, code: str, value: str) -> bool:
        """Whether a concept with this property is abstract."""
        return code in self.abstract_codes and value == "true"


def status_rules(header: Resource) -> StatusRules:
    """The rules of the code system that `header`, with or without its concepts, describes."""
    return StatusRules(
        codes_for(header, "inactive"), codes_for(header, "status"), codes_for(header, "notSelectable") | {"abstract"}
    )
