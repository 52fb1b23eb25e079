"""A code system of which no content is at hand: every answer is "cannot tell", with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fhir_kernel.issues import issue
from terminology.checks import Verdict
from terminology.codesystems.system import Filter, Selected
from terminology.findings import Finding


@dataclass(frozen=True, slots=True)
class AbsentSystem:
    """`reason` is the id of the message that says why nothing can be told, `params` what it needs besides the code."""

    url: str
    version: str | None = None
    reason: str = "terminology.unknown-system"
    params: Mapping[str, str] = field(default_factory=dict)

    def find(self, code: str) -> Finding:
        because = issue(self.reason, "", **{"system": self.url, "code": code, **self.params})
        return Finding(Verdict.UNKNOWN, because)

    def codes(self) -> frozenset[str] | None:
        return None

    def select(self, _where: Filter, /) -> Selected:
        return self.find

    def named(self, _display: str, /) -> str | None:
        return None
