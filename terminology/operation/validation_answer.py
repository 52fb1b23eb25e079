"""How the codings of one `$validate-code` are checked one by one and put together to the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.answer import Asked, Findings, Inactive, Known, add_to_path, id_of
from terminology.engine.definition import Definition
from terminology.engine.designations import preferred
from terminology.engine.displays import judge_display, judge_display_of_stranger
from terminology.engine.edition import Edition, canonical_of, content_of, status_of, version_of
from terminology.engine.membership import Membership
from terminology.engine.scope import Scope
from terminology.engine.system_version import implied_version, report_unknown

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_NOT_FOUND = frozenset({"UNKNOWN_CODESYSTEM", "UNKNOWN_CODESYSTEM_VERSION", "UNKNOWN_CODESYSTEM_VERSION_NONE"})


@dataclass(slots=True)
class Answered:
    """The coding that the answer names, with what is known of it."""

    system: str | None = None
    code: str | None = None
    version: str | None = None
    path: str = ""


@dataclass(slots=True)
class Result:
    """Puts the answer together."""

    definition: Definition
    mode: str
    root: str
    verdict: bool | None = False
    matched: set[int] = field(default_factory=set)
    lacks_code: bool = False
    first: Answered = field(default_factory=Answered)
    """The first coding that is a member."""
    tried: Answered = field(default_factory=Answered)
    """The coding to name where none is."""
    display: str | None = None
    listed: list[str] = field(default_factory=list)
    normal_code: str | None = None
    implied_system: str | None = None
    extra_version: str | None = None

    def finish(self, findings: Findings, inactive: Inactive, concept: Resource) -> Resource:
        """The Parameters that answer."""
        self._excuse_unchecked(findings, concept)
        self._sum_up(findings)
        valid = self.verdict is True and not findings.has_errors
        made: list[Resource] = [{"name": "result", "valueBoolean": valid}]
        made += self._coding(valid=valid, findings=findings)
        made += self._standing(findings, inactive)
        message = findings.message()
        if message:
            made.append({"name": "message", "valueString": message})
        if self.mode == "codeableConcept":
            made.append({"name": "codeableConcept", "valueCodeableConcept": concept})
        if findings.issues:
            made.append({"name": "issues", "resource": {"resourceType": "OperationOutcome", "issue": findings.issues}})
        return {"resourceType": "Parameters", "parameter": made}

    @property
    def _is_concept(self) -> bool:
        return self.mode == "codeableConcept"

    def _excuse_unchecked(self, findings: Findings, concept: Resource) -> None:
        """Where one coding is a member, another whose code system is not held is only a warning."""
        if not self._is_concept or not self.matched:
            return
        others = {
            f"{self.root}.coding[{index}].system": coding
            for index, coding in enumerate(concept.get("coding", ()))
            if index not in self.matched
        }
        for each in findings.take(0, _is_unheld):
            where = each["expression"][0]
            coding = others.get(where)
            if coding is None:
                findings.add_issue(each)
                continue
            system = canonical_of({"url": coding.get("system"), "version": coding.get("version")})
            findings.add("UNKNOWN_CODESYSTEM_CODING_NOT_CHECKED", where, tell=True, system=system)

    def _sum_up(self, findings: Findings) -> None:
        """Say that no coding is a member, unless that is clear from what was said already."""
        if self.verdict is not False:
            return
        if self.lacks_code and (not self._is_concept or self.definition.implied):
            return
        if self.definition.implied and findings.has_errors:
            return
        value_set = self.definition.canonical
        if self._is_concept:
            findings.add("TX_GENERAL_CC_ERROR_MESSAGE", None, tell=True, value_set=value_set)
        else:
            message_id, where = "None_of_the_provided_codes_are_in_the_value_set_one", add_to_path(self.root, "code")
            findings.add(message_id, where, tell=True, codes=", ".join(self.listed), value_set=value_set)

    def _coding(self, *, valid: bool, findings: Findings) -> list[Resource]:
        found: list[Resource] = []
        named = not self._is_concept
        system = self.first.system or (self.implied_system if self.verdict is True else None)
        system = system or (self.tried.system if named else None)
        if system:
            found.append({"name": "system", "valueUri": system})
        for each in findings.unknown_systems:
            if self.verdict is False:
                found.append({"name": "x-unknown-system", "valueCanonical": each})
            elif not valid:
                found.append({"name": "x-caused-by-unknown-system", "valueCanonical": each})
        if self.normal_code:
            found.append({"name": "normalized-code", "valueCode": self.normal_code})
        code = self.first.code or (self.tried.code if named else None)
        if code:
            found.append({"name": "code", "valueCode": code})
        version = self.first.version or ((self.extra_version or self.tried.version) if named else None)
        if version:
            found.append({"name": "version", "valueString": version})
        if self.display and code:
            found.append({"name": "display", "valueString": self.display})
        return found

    def _standing(self, findings: Findings, inactive: Inactive) -> list[Resource]:
        """Inactive and deprecated concepts are reported; the parameters only for the coding that is answered for."""
        status = inactive.status
        if inactive.found:
            about_it = not self._is_concept or (self.first.code is not None and inactive.path == self.first.path)
            written = status if status in ("inactive", "DISCOURAGED") or not status else f"{status} and inactive"
            where, code = inactive.path or "code", inactive.code
            findings.add("INACTIVE_CONCEPT_FOUND", where, tell=True, code=code, status=written or "inactive")
            if not about_it:
                return []
            made: list[Resource] = [{"name": "inactive", "valueBoolean": True}]
            return [*made, {"name": "status", "valueCode": status}] if status and status != "inactive" else made
        if status and status.lower() == "deprecated":
            where = self.root or "code"
            findings.add("DEPRECATED_CONCEPT_FOUND", where, tell=True, code=self.tried.code)
            return [{"name": "status", "valueCode": "deprecated"}]
        return []


@dataclass(slots=True)
class CodingCheck:
    """Checks one coding after the other."""

    membership: Membership
    scope: Scope
    mode: str

    def check(self, coding: Resource, index: int, path: str, result: Result) -> None:
        """Whether the coding is a member, and whether its display is right."""
        if not coding.get("code"):
            self._report_no_code(coding, path)
            result.lacks_code = True
            return
        asked = Asked(path, coding["code"], coding.get("system"), coding.get("version"), coding.get("display"))
        known = Known()
        verdict = self.membership.check(asked, known)
        result.normal_code = known.normal_code or result.normal_code
        result.implied_system = known.implied_system or result.implied_system
        self._note_tried(asked, known, verdict, result)
        if verdict is False and self.mode == "codeableConcept" and not self._definition.implied:
            self._report_stranger(asked, index)
        if result.verdict is not True and verdict is not False:
            result.verdict = verdict
        if verdict is True:
            self._accept(asked, known, index, result)
        elif asked.system and not self.scope.options.flag("valueset-membership-only"):
            self._examine_stranger(asked, known, result)

    @property
    def _findings(self) -> Findings:
        return self.membership.findings

    @property
    def _definition(self) -> Definition:
        return self.membership.definition

    def _report_no_code(self, coding: Resource, path: str) -> None:
        if not coding.get("system") and not self.scope.options.flag("inferSystem"):
            self._findings.add("Coding_has_no_system_or_code__cannot_validate", path, tell=True)
        else:
            of = f" for system {coding['system']}" if coding.get("system") else ""
            self._findings.add("coding-has-no-code", path, tell=True, of=of)

    def _note_tried(self, asked: Asked, known: Known, verdict: bool | None, result: Result) -> None:
        if result.tried.code is None or verdict is True:
            result.tried = Answered(asked.system, asked.code, asked.version)
        result.tried.version = result.tried.version or known.version
        system = known.implied_system or asked.system or ""
        written = canonical_of({"url": system, "version": asked.version}) + f"#{asked.code}"
        result.listed.append(f"'{written} ('{asked.display}')'" if asked.display else f"'{written}'")

    def _report_stranger(self, asked: Asked, index: int) -> None:
        message_id, where = (
            "None_of_the_provided_codes_are_in_the_value_set_one",
            f"CodeableConcept.coding[{index}].code",
        )
        system = canonical_of({"url": asked.system or "", "version": asked.version})
        written = f"'{system}#{asked.code} ('{asked.display}')'" if asked.display else f"'{system}#{asked.code}'"
        value_set = self._definition.canonical
        self._findings.add_as(
            message_id, where, "information", "this-code-not-in-vs", codes=written, value_set=value_set
        )

    def _accept(self, asked: Asked, known: Known, index: int, result: Result) -> None:
        result.matched.add(index)
        named = replace(asked, system=known.implied_system or asked.system)
        judge_display(named, known, self.scope.options, self._findings)
        if result.first.code is None:
            result.first = Answered(asked.system, asked.code, known.version, asked.path)
            self._show(known, result)

    def _show(self, known: Known, result: Result) -> None:
        shown = preferred(known.names, self.scope.options.languages) or preferred(known.names, None)
        result.display = shown.value if shown is not None else result.display

    def _examine_stranger(self, asked: Asked, known: Known, result: Result) -> None:
        """A code that is not in the value set is looked up all the same, to say what is wrong with it."""
        system = asked.system or ""
        where = add_to_path(asked.path, "system")
        if not _ABSOLUTE.fullmatch(system):
            self._findings.add("Terminology_TX_System_Relative", where, tell=True)
        version = asked.version or implied_version(self._definition.includes, system)
        edition = self.scope.edition(system, version)
        if edition is None:
            self._report_no_edition(system, version, asked.path)
            return
        issue = self.scope.version_check(edition, add_to_path(asked.path, "version"))
        if issue is not None:
            self._findings.add_issue(issue)
        self.membership.warn_of(edition.header)
        self._examine_concept(edition, asked, known, result)

    def _report_no_edition(self, system: str, version: str | None, path: str) -> None:
        where = add_to_path(path, "system")
        if self.scope.content.value_set(system, None) is not None:
            self._findings.add("Terminology_TX_System_ValueSet2", where, tell=True, system=system)
            return
        supplement = self.scope.content.supplement(system, version)
        if supplement is not None:
            canonical = canonical_of(supplement)
            self._findings.add("CODESYSTEM_CS_NO_SUPPLEMENT", where, tell=True, system=canonical)
            return
        report_unknown(system, version, self.scope, self._findings, path)

    def _examine_concept(self, edition: Edition, asked: Asked, known: Known, result: Result) -> None:
        ref, version = edition.locate(asked.code), version_of(edition)
        if ref is None:
            params: dict[str, Any] = {"code": asked.code, "system": asked.system, "version": version or ""}
            where = add_to_path(asked.path, "code")
            if content_of(edition) != "complete":
                self._findings.add("UNKNOWN_CODE_IN_FRAGMENT", where, **params)
            else:
                message_id = "Unknown_Code_in_Version" if version else "Unknown_Code_in"
                self._findings.add(message_id, where, tell=True, as_id="Unknown_Code_in_Version", **params)
            return
        known.names = [*edition.names(ref), *known.names]
        known.language = edition.header.get("language")
        self._see_inactive(edition, ref, asked)
        self._show(known, result)
        judge_display_of_stranger(asked, known, self.scope.options, self._findings)
        if version and self.mode != "codeableConcept":
            result.extra_version = version

    def _see_inactive(self, edition: Edition, ref: int | str, asked: Asked) -> None:
        inactive = self.membership.inactive
        if not inactive.found and edition.is_inactive(ref):
            inactive.found, inactive.path, inactive.code = True, asked.path, asked.code
            inactive.status = status_of(edition, ref) or inactive.status


def _is_unheld(issue: Resource) -> bool:
    """Whether the issue is an error about a code system that is not held."""
    return issue["severity"] == "error" and id_of(issue) in _NOT_FOUND and bool(issue.get("expression"))
