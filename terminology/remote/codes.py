"""Code checks that ask an upstream server what cannot be told here (https://hl7.org/fhir/R4/terminology-service.html).

The server learns a code, its system with version, its display and the canonical of a value set, never more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fhir_kernel.resource import Resource
from terminology.checks import CodeAnswer, CodeQuery, SystemFault, Verdict
from terminology.local import LocalCodes, Membership
from terminology.remote.server import RemoteTerminology
from terminology.remote.verdict import settle

_NOT_HELD = frozenset(
    {
        "terminology.unknown-system",
        "terminology.unknown-system-near",
        "terminology.unknown-version",
        "terminology.incomplete-system",
        "terminology.empty-system",
        "terminology.unknown-value-set",
        "terminology.unknown-value-set-version",
        "terminology.empty-value-set",
        "terminology.incomplete-expansion",
    }
)
"""Reasons why nothing can be told that an upstream server may help with."""
_FILTER = "terminology.filter"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


class UpstreamCodes:
    """A `terminology.checks.CodeChecker`: `local` first, then `remote`. Threads may share it."""

    def __init__(self, local: LocalCodes, remote: RemoteTerminology) -> None:
        self._local, self._remote = local, remote

    def check(self, queries: Sequence[CodeQuery]) -> list[CodeAnswer]:
        """One answer per query, in order. What neither knows stays UNKNOWN, with the reasons of both."""
        answers = self._local.check(queries)
        for resource_type in ("CodeSystem", "ValueSet"):
            places = [
                place
                for place, (query, answer) in enumerate(zip(queries, answers, strict=True))
                if (query.value_set is not None) == (resource_type == "ValueSet") and _is_open(query, answer)
            ]
            replies = self._remote.validate(resource_type, [_parameters(queries[place]) for place in places])
            for place, reply in zip(places, replies, strict=True):
                answers[place] = settle(queries[place], answers[place], reply, self._remote.host, self._remote.holds)
        return answers

    def membership(self, value_set: str) -> Membership | None:
        """The listed codes of a value set; None where it is not loaded here."""
        return self._local.membership(value_set)

    def system_fault(self, system: str) -> SystemFault | None:
        """What is wrong with a URI as `Coding.system`; None where nothing is known against it."""
        return self._local.system_fault(system)

    def extended(self, resources: Mapping[str, Resource]) -> UpstreamCodes:
        """A checker that knows `resources` too, by the canonical (or `#id`) that queries name."""
        return UpstreamCodes(self._local.extended(resources), self._remote)


def _is_open(query: CodeQuery, answer: CodeAnswer) -> bool:
    """Whether nothing could be told because something is not held here, and another server can be asked about it."""
    verdict = answer.in_system if query.value_set is None else answer.in_value_set
    if verdict is not Verdict.UNKNOWN or answer.because is None:
        return False
    missing = answer.because.id
    if missing not in _NOT_HELD and not (missing == _FILTER and answer.in_system is Verdict.UNKNOWN):
        return False
    names = [each for each in (query.system, query.value_set) if each is not None]
    return all(_ABSOLUTE.fullmatch(each) and "#" not in each for each in names)


def _parameters(query: CodeQuery) -> list[Resource]:
    """The question as `$validate-code` takes it (https://hl7.org/fhir/R4/codesystem-operation-validate-code.html)."""
    made: list[Resource] = []
    if query.value_set is None:
        made += [{"name": "url", "valueUri": query.system}, {"name": "code", "valueCode": query.code}]
        version = "version"
    else:
        made += _value_set(query.value_set)
        made.append({"name": "code", "valueCode": query.code})
        if query.system is None:
            made.append({"name": "inferSystem", "valueBoolean": True})
        else:
            made.append({"name": "system", "valueUri": query.system})
        version = "systemVersion"
    if query.version is not None:
        made.append({"name": version, "valueString": query.version})
    if query.display is not None:
        made.append({"name": "display", "valueString": query.display})
    return made


def _value_set(canonical: str) -> list[Resource]:
    url, _, version = canonical.partition("|")
    made: list[Resource] = [{"name": "url", "valueUri": url}]
    return [*made, {"name": "valueSetVersion", "valueString": version}] if version else made
