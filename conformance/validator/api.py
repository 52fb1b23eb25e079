"""The validator: a resource and profiles in, a report out (https://hl7.org/fhir/R4/validation.html)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from conformance.validator.access import type_of
from conformance.validator.apart import Answer, Asked, Examination, answers_of
from conformance.validator.definitions import Definitions
from conformance.validator.plan import ProfilePlan
from conformance.validator.policy import Policy
from conformance.validator.references import Resolver
from conformance.validator.report import Report, with_places, without_repeats
from conformance.validator.rule_context import RunContext
from conformance.validator.run import Item, Run
from conformance.validator.shared import Shared
from conformance.validator.walk import check_profiles, enter, environment_of, run_rules
from fhir_kernel.codec.json_codec import read_json
from fhir_kernel.codec.json_positions import json_positions
from fhir_kernel.codec.limits import DEFAULT_LIMITS
from fhir_kernel.codec.negotiate import sniff
from fhir_kernel.codec.reading import Reading
from fhir_kernel.codec.xml_codec import read_xml
from fhir_kernel.codec.xml_positions import xml_positions
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import CodecError, DefinitionError, LimitExceeded
from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource
from terminology.checks import CodeChecker


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Validator:
    """Validates resources against R4 and profiles; compiles what it needs when it is first needed."""

    def __init__(
        self,
        catalog: Catalog,
        codes: CodeChecker,
        policy: Policy | None = None,
        resolver: Resolver | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._shared = Shared(catalog, codes, policy or Policy(), resolver, now)

    def validate(self, resource: Resource, profiles: Sequence[str] = ()) -> Report:
        """All findings about `resource`, against its type, its meta.profile and `profiles`."""
        return self._report(self._examine(resource, profiles).issues, resource)

    def examine(self, resource: Resource, asked: Asked) -> Examination:
        """The same, with what is found against each profile that is `asked` of it told apart."""
        return self._examine(resource, asked=asked)

    def plan(self, canonical: str) -> ProfilePlan:
        """What the profile `canonical` asks beyond its type. Raises DefinitionError where it cannot be used."""
        found = self._shared.profile(canonical)
        if isinstance(found, DefinitionError):
            raise found.with_traceback(None)
        return found.plan

    @property
    def definitions(self) -> Definitions:
        """The trees of the definitions that it judges by."""
        return self._shared.definitions

    def validate_bytes(self, data: bytes, profiles: Sequence[str] = (), *, name: str = "") -> Report:
        """The same for JSON or XML as it was received; issues tell line and column. Never raises for bad input."""
        try:
            return self._validate_source(data, profiles, name)
        except CodecError as error:
            fault = issue("input.unreadable", "", reason=error.message)
            return Report((_placed(fault, error),), name=name)
        except LimitExceeded as error:
            return Report((issue("input.limit", "", reason=str(error)),), name=name)

    def _validate_source(self, data: bytes, profiles: Sequence[str], name: str) -> Report:
        is_xml = sniff(data, name) == "xml"
        reading = self._read(data, is_xml=is_xml)
        found = list(reading.issues)
        if reading.resource is not None:
            found += self._examine(reading.resource, profiles).issues
        if found:
            positions = xml_positions(data) if is_xml else json_positions(data)
            found = with_places(found, positions)
        return self._report(found, reading.resource, name)

    def _read(self, data: bytes, *, is_xml: bool) -> Reading:
        if is_xml:
            return read_xml(data, self._shared.model)
        return read_json(data, allow_comments=self._shared.policy.allow_json_comments)

    def _examine(self, resource: Resource, profiles: Sequence[str] = (), asked: Asked | None = None) -> Examination:
        run = Run(self._shared, environment_of)
        run.context = RunContext(run)
        answers: Sequence[Answer] = ()
        if asked is not None:
            run.governed = asked.governed
        kind = type_of(resource) or "Resource"
        root = (kind,)
        try:
            enter(resource, root, run)
            if run.scopes:
                check_profiles([(Item(resource, kind, root), each) for each in profiles], run)
                run_rules(run)
                answers = answers_of(asked, run) if asked is not None else ()
        except RecursionError:  # no codec reads what nests as deep as that
            run.found = [issue("structure.too-deep", kind, expected=DEFAULT_LIMITS.max_depth)]
        found = without_repeats(run.settle(run.found))
        run.close()
        return Examination(tuple(found), tuple(answers))

    def _report(self, issues: Sequence[Issue], resource: Resource | None, name: str = "") -> Report:
        return Report(tuple(issues), type_of(resource), name)


def _placed(fault: Issue, error: CodecError) -> Issue:
    return replace(fault, line=error.line, column=error.column)
