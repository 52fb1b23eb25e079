"""Whether a code is a member of a value set, and everything there is to say about it on the way.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html; answers are True, False, and None for "cannot tell",
which always comes with the name of the code system that is not held.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.answer import Asked, Findings, Inactive, Known, add_to_path
from terminology.engine.block import Block, holds
from terminology.engine.compose import compose, newest_first, several_versions, versions_match
from terminology.engine.definition import Definition
from terminology.engine.designations import STANDARDS_STATUS, included_designations
from terminology.engine.edition import (
    Edition,
    Ref,
    canonical_of,
    content_of,
    status_of,
    url_of,
    version_of,
)
from terminology.engine.inference import systems_of
from terminology.engine.messages import failure
from terminology.engine.options import parameter_value
from terminology.engine.scope import Scope
from terminology.engine.select import Listed, Part, parts_of, selected
from terminology.engine.status import status_message
from terminology.engine.stored import StoredEdition, StoredGroup
from terminology.engine.system_version import coding_version, include_version, report_unknown

_VALUE_SET_DEPRECATED = "http://hl7.org/fhir/StructureDefinition/valueset-deprecated"


@dataclass(slots=True)
class Membership:
    """Checks codings against one value set. `prepare` first: it finds what the value set relies on."""

    definition: Definition
    scope: Scope
    findings: Findings
    inactive: Inactive
    _others: dict[Definition, Membership] = field(default_factory=dict)
    """The value sets within this one, on all levels."""
    _answered: dict[Asked, tuple[bool | None, str | None]] = field(default_factory=dict)
    """Of a value set within others: whether a coding is a member, and in which version."""

    def prepare(self) -> None:
        """Raises OperationFailed where the value set cannot be used: what it includes is missing, a filter is wrong."""
        with self.scope.inside(self.definition):
            compose_ = self.definition.compose
            if compose_ is not None and "lockedDate" in compose_:
                raise failure(
                    "value-set-locked-date", chinese=self.findings.chinese, value_set=self.definition.canonical
                )
            for kind in ("include", "exclude"):
                for part in parts_of(self.definition, kind):
                    self._prepare_part(part)

    def check(self, asked: Asked, known: Known) -> bool | None:
        """Whether the coding is a member; what is learnt goes to `known` and the findings."""
        if not asked.system and not self.scope.options.flag("inferSystem"):
            self.findings.add("Coding_has_no_system__cannot_validate", asked.path, tell=True)
            return False
        if not asked.system:
            system = self._infer_system(asked)
            if system is None:
                return False
            known.implied_system = system
            asked = replace(asked, system=system)
        asked = replace(asked, system=self.scope.content.canonical(asked.system or ""))
        if self.definition.compose is None:
            return self._in_expansion(asked, known)
        return self._included(asked, known)

    def warn_of_itself(self) -> None:
        """Warn of the value set where it is given up."""
        self.warn_of(self.definition.resource)

    # prepare

    def _prepare_part(self, part: Part) -> None:
        for canonical in part.row.get("valueSet", ()):
            pinned = self.scope.pinned(canonical)
            other = self.scope.value_set(pinned, self.definition)
            if other is None:
                raise failure("Unable_to_resolve_value_Set_", chinese=self.findings.chinese, value_set=pinned)
            if other not in self._others:  # value sets may name the same others again and again, on every level
                nested = Membership(other, self.scope, self.findings, self.inactive, self._others)
                nested.prepare()
                self._others[other] = nested
        edition = self.scope.edition(part.row.get("system", ""), part.row.get("version"))
        if edition is not None:
            self.scope.see_supplements(edition)
            selected(part, edition, self.scope.limits)

    # infer

    def _infer_system(self, asked: Asked) -> str | None:
        systems = systems_of(asked.code, self.definition, self.scope)
        value_set = self.definition.canonical
        if len(systems) == 1:
            return systems[0]
        if systems:
            message_id = "Unable_to_resolve_system__value_set_has_multiple_matches"
            listed = ",".join(systems)
            self.findings.add(message_id, "code", tell=True, code=asked.code, value_set=value_set, systems=listed)
        else:
            self.findings.add("UNABLE_TO_INFER_CODESYSTEM", "code", tell=True, code=asked.code, value_set=value_set)
        return None

    # members

    def _included(self, asked: Asked, known: Known) -> bool | None:
        system = asked.system or ""
        includes = self.definition.includes
        only = include_version(includes, system, asked.code, asked.display, self.scope) if not asked.version else None
        verdict: bool | None = False
        against: list[Resource] = []  # matters only if no other part takes the code without fault
        parts = newest_first(parts_of(self.definition, "include"))
        parts.sort(key=lambda part: self._is_second_choice(part, only))
        for part in parts:
            start, version = len(self.findings.issues), known.version
            result = self._takes(part, asked, known)
            if result is not True and self._is_second_choice(part, only):
                self.findings.take(start, lambda _issue: True)
                continue
            errors = self.findings.take_errors(start)
            if result is True and not errors:
                return True
            if verdict is True:
                known.version = version
                continue
            against = errors if result is True else against + errors
            verdict = result if result is not False else verdict
            if result is None and part.row.get("system"):
                break
        for each in against:
            self.findings.add_issue(each)
        return verdict

    def _is_second_choice(self, part: Part, only: str | None) -> bool:
        """Whether an include is of another version than the one by which to judge: it can but let the code in."""
        return only is not None and part.row.get("version") not in (None, only)

    def _takes(self, part: Part, asked: Asked, known: Known) -> bool | None:
        """Whether the coding is a member by this include: in all that it names, and not excluded."""
        result = self._in_part(part, asked, known)
        if result is None and part.row.get("system"):
            return None
        version, is_told = known.version, "system" in part.row
        for canonical in part.row.get("valueSet", ()):
            if result is True:  # a code is shared with further value sets whatever version those are of
                result = self._nested(canonical, replace(asked, version=None) if is_told else asked, known)
                version, is_told = version if is_told else known.version, True
        known.version = version
        if result is not True:
            return result
        if not self._is_left_out(part, asked, known) and not self._excluded(asked, known):
            return True
        return self._is_in_another_version(part, asked, known)

    def _is_in_another_version(self, part: Part, asked: Asked, known: Known) -> bool:
        """Whether value sets within hold the code in several versions, of which one is not excluded."""
        if asked.version or "system" in part.row or not self._tells_versions_apart():
            return False
        system, code = asked.system or "", asked.code
        first, *others = [self._blocks(each) for each in part.row["valueSet"]]
        if not all(any(holds(block, system, code) for block in blocks) for blocks in others):
            return False
        for block in first:
            known.version = version_of(block.edition)
            is_held = holds(block, system, code) and not self._is_left_out(part, asked, known)
            if is_held and not self._excluded(asked, known):
                return True
        return False

    def _blocks(self, canonical: str) -> list[Block]:
        nested = self.scope.value_set(self.scope.pinned(canonical), self.definition)
        assert nested is not None, "prepare() has found it"
        return compose(nested, self.scope).blocks

    def _is_left_out(self, part: Part, asked: Asked, known: Known) -> bool:
        """Whether the value set leaves out an inactive concept that a value set within it holds."""
        if "system" in part.row or not self.definition.leaves_out_inactive:
            return False
        edition = self.scope.edition(asked.system or "", known.version, as_stated=True)
        ref = edition.locate(asked.code) if edition is not None else None
        return edition is not None and ref is not None and edition.is_inactive(ref)

    def _in_part(self, part: Part, asked: Asked, known: Known) -> bool | None:
        row, system = part.row, asked.system or ""
        if "system" not in row:
            return "valueSet" in row
        if self.scope.content.canonical(row["system"]) != system or not self._uses(row, asked.version):
            return False
        version = coding_version(system, row.get("version"), asked.version, self.scope, self.findings, asked.path)
        edition = self.scope.edition(system, version)
        if edition is None:
            if self.scope.options.flag("valueset-membership-only"):
                return False
            report_unknown(system, version, self.scope, self.findings, asked.path)
            return None
        self._see(edition, asked, known)
        if not self._holds(part, edition, asked, known):
            return False
        known.version = version_of(edition)
        return True

    def _uses(self, row: Resource, version: str | None) -> bool:
        """Whether an include is of use for a coding of this version: another may be made for just that version."""
        if not version or row.get("version") == version:
            return True
        if all(each.get("version") != version for each in self.definition.includes):
            return True
        edition = self.scope.edition(row["system"], row.get("version"))
        return edition is not None and version_of(edition) == version

    def _see(self, edition: Edition, asked: Asked, known: Known) -> None:
        """Note what an edition is, before its concepts are looked at."""
        known.language = edition.header.get("language")
        known.content = content_of(edition)
        issue = self.scope.version_check(edition, add_to_path(asked.path, "version"))
        if issue is not None:
            self.findings.add_issue(issue)
        self.warn_of(edition.header)

    def warn_of(self, used: Resource) -> None:
        """Warn of a resource that the value set relies on and that is given up or not ready."""
        message = status_message(used, self.definition.resource)
        if message is not None:
            params: dict[str, Any] = {"type": used.get("resourceType", "CodeSystem"), "canonical": canonical_of(used)}
            self.findings.add(message, None, **params)

    def _holds(self, part: Part, edition: Edition, asked: Asked, known: Known) -> bool:
        """Whether an include takes the code, with all there is to say about the concept."""
        chosen = selected(part, edition, self.scope.limits)
        ref = edition.locate(asked.code)
        whole = "concept" not in part.row and "filter" not in part.row
        if ref is None:
            return whole and self._unknown_code(edition, asked)
        if ref not in chosen:
            return False
        known.names += edition.names(ref)
        if isinstance(chosen, Listed):
            language = self.definition.resource.get("language")
            known.names += included_designations(chosen.rows[ref], language)
        if whole:
            self._note_normal_form(edition, ref, asked, known)
        if self._is_barred(edition, ref, asked, whole=whole):
            return False
        self._see_status(edition, ref, asked)
        if isinstance(chosen, Listed):
            self._note_deprecated(chosen.rows[ref], edition, asked)
        return True

    def _unknown_code(self, edition: Edition, asked: Asked) -> bool:
        """A part of a code system may not hold every code: then an unknown one is let in, with a warning."""
        if self.scope.options.flag("valueset-membership-only"):
            return False
        version = version_of(edition)
        params: dict[str, Any] = {"code": asked.code, "system": url_of(edition), "version": version or ""}
        where = add_to_path(asked.path, "code")
        if content_of(edition) != "complete":
            self.findings.add("UNKNOWN_CODE_IN_FRAGMENT", where, **params)
            return True
        self.findings.add("Unknown_Code_in_Version" if version else "Unknown_Code_in", where, **params)
        return False

    def _note_normal_form(self, edition: Edition, ref: Ref, asked: Asked, known: Known) -> None:
        right = edition.code(ref)
        if right == asked.code:
            return
        known.normal_code = right
        only_case = right.casefold() == asked.code.casefold()
        message_id = "CODE_CASE_DIFFERENCE" if only_case else "CODE_NOT_IN_NORMAL_FORM"
        where, system = add_to_path(asked.path, "code"), canonical_of(edition.header)
        self.findings.add(message_id, where, code=asked.code, right=right, system=system)

    def _is_barred(self, edition: Edition, ref: Ref, asked: Asked, *, whole: bool) -> bool:
        """Whether the concept is abstract or inactive where that is not allowed."""
        options, where = self.scope.options, add_to_path(asked.path, "code")
        if options.flags.get("abstract") is False and edition.is_abstract(ref):
            if not options.flag("valueset-membership-only"):
                self.findings.add("ABSTRACT_CODE_NOT_ALLOWED", where, system=url_of(edition), code=asked.code)
            return True
        if not edition.is_inactive(ref):
            return False
        if not (self.definition.leaves_out_inactive or options.flag("activeOnly")):
            return False
        if not options.flag("valueset-membership-only"):
            self._see_status(edition, ref, asked)
        if whole or options.flag("activeOnly"):
            self.findings.add("STATUS_CODE_WARNING_CODE", where, tell=True, code=asked.code)
        return True

    def _see_status(self, edition: Edition, ref: Ref, asked: Asked) -> None:
        if self.inactive.found:
            return
        self.inactive.found = edition.is_inactive(ref)
        self.inactive.path, self.inactive.code = asked.path, asked.code
        self.inactive.status = status_of(edition, ref)

    def _note_deprecated(self, row: Resource, edition: Edition, asked: Asked) -> None:
        """A value set may mark a concept that it lists as no longer wanted."""
        status = None
        for each in row.get("extension", ()):
            if each.get("url") == STANDARDS_STATUS and parameter_value(each) in ("withdrawn", "deprecated"):
                status = str(parameter_value(each))
            elif each.get("url") == _VALUE_SET_DEPRECATED and status is None:
                status = "deprecated"
        if status is not None:
            params: dict[str, Any] = {"code": asked.code, "system": url_of(edition), "status": status}
            where, value_set = add_to_path(asked.path, "code"), self.definition.canonical
            self.findings.add("CONCEPT_DEPRECATED_IN_VALUESET", where, value_set=value_set, **params)

    def _nested(self, canonical: str, asked: Asked, known: Known) -> bool | None:
        definition = self.scope.value_set(self.scope.pinned(canonical), self.definition)
        assert definition is not None, "prepare() has found it"
        other = self._others[definition]
        self.warn_of(definition.resource)
        if asked not in other._answered:
            verdict = other.check(asked, known)
            other._answered[asked] = verdict, known.version
        verdict, known.version = other._answered[asked]
        return verdict

    def _excluded(self, asked: Asked, known: Known) -> bool:
        start, version = len(self.findings.issues), known.version
        for part in parts_of(self.definition, "exclude"):
            excluded = self._is_in_exclude(part, asked, known)
            for canonical in part.row.get("valueSet", ()):
                excluded = excluded and self._shares(part, canonical, asked, known)
            known.version = version
            if excluded:
                break
        else:
            excluded = False
        self.findings.take_errors(start)  # what keeps a code out of an exclude is nothing against it
        return excluded

    def _shares(self, part: Part, canonical: str, asked: Asked, known: Known) -> bool:
        """Whether a value set that an exclude names has the code; in this version, where only that tells it apart."""
        if "system" in part.row or not self._tells_versions_apart():
            return self._nested(canonical, replace(asked, version=None), known) is True
        blocks = (each for each in self._blocks(canonical) if version_of(each.edition) == known.version)
        return any(holds(each, asked.system or "", asked.code) for each in blocks)

    def _is_in_exclude(self, part: Part, asked: Asked, known: Known) -> bool:
        if "system" not in part.row:
            return "valueSet" in part.row
        if self.scope.content.canonical(part.row["system"]) != asked.system:
            return False
        edition = self.scope.edition(part.row["system"], part.row.get("version"))
        if edition is None or (self._tells_versions_apart() and version_of(edition) != known.version):
            return False
        self.warn_of(edition.header)
        ref = edition.locate(asked.code)
        return ref is not None and ref in selected(part, edition, self.scope.limits)

    def _tells_versions_apart(self) -> bool:
        """Whether the code of one version is another code than that of another, as in an expansion."""
        includes, excludes = parts_of(self.definition, "include"), parts_of(self.definition, "exclude")
        return several_versions([*includes, *excludes]) and not versions_match(includes, excludes, self.scope)

    # value sets without a definition

    def _in_expansion(self, asked: Asked, known: Known) -> bool | None:
        for group in self.definition.stored:
            if self.scope.content.canonical(group.url) != asked.system or asked.code not in group.entries:
                continue
            if asked.version and group.version and asked.version != group.version:
                continue
            return self._expanded(asked, group, known)
        return False

    def _expanded(self, asked: Asked, group: StoredGroup, known: Known) -> bool:
        """A member by the stored expansion; the code system, where it is held, has more to say of it."""
        stored, ref = group.version, asked.code
        edition = self.scope.edition(asked.system or "", stored or asked.version)
        expanded = StoredEdition(group.url, stored, group.entries, edition)
        known.names += expanded.names(ref)
        if edition is None:
            known.version = stored or asked.version
            return not self._is_barred(expanded, ref, asked, whole=True)
        self._see(edition, asked, known)
        known.version = version_of(edition)
        held = edition.locate(asked.code)
        if held is None:
            return self._unknown_code(edition, asked)
        known.names = [*edition.names(held), *known.names]
        if self._is_barred(expanded, ref, asked, whole=True):
            return False
        self._see_status(edition, held, asked)
        return True
