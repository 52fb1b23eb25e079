"""Whatever the CapabilityStatement claims is called, on each store that outlives a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from conformance.enforcement import Enforcement
from conformance.enforcement_policy import EnforcementPolicy
from fhir_server.search.index import SearchIndex
from fhir_server.search.upkeep import Upkeep
from plumbline.wiring import assemble_validator
from tests.fhir_server import claimed_calls as calls
from tests.fhir_server.claimed_calls import Call, getting, interactions, resource_of, sending
from tests.fhir_server.conftest import KEPT, kept
from tests.fhir_server.records_world import PATIENT, Records, core
from tests.fhir_server.whole_world import Whole

AT_ONCE = 50
PLACES = ("Patient", "Device", "Encounter", "Practitioner", "RelatedPerson")


class Served(Whole):
    """A server that takes what its judge objects to, with resources `x` and `gone` of every type that it claims."""

    def __init__(self, folder, store, runner) -> None:
        upkeep = Upkeep(store, SearchIndex(core()), lambda: "token")
        runner.run(upkeep.open())
        observing = EnforcementPolicy(default="observe")
        super().__init__(folder, store, upkeep, Enforcement(assemble_validator(core()), core().model, observing))
        self.run = runner.run
        self.rest = self.get("metadata").json()["rest"][0]
        self.types = {row["type"]: row for row in self.rest["resource"]}
        self.fill(("x", "gone"))

    def fill(self, ids: Iterable[str]) -> None:
        made = [sending("PUT", f"{kind}/{id_}", resource_of(kind, id_)) for kind in self.types for id_ in ids]
        self.succeed(made)

    def answers(self, asked: Iterable[Call]) -> list[tuple[Call, Any]]:
        """Some at a time, for there are thousands."""
        rows, found = list(asked), []
        for at in range(0, len(rows), AT_ONCE):
            found += zip(rows[at : at + AT_ONCE], self.run(self.send_all(rows[at : at + AT_ONCE])), strict=True)
        return found

    def succeed(self, asked: Iterable[Call]) -> None:
        failed = [(call[:2], answer.text[:300]) for call, answer in self.answers(asked) if not answer.is_success]
        assert not failed, failed[:3]


@pytest.fixture(scope="module", params=KEPT)
def served(request, tmp_path_factory) -> Iterator[Served]:
    with kept(request.param, tmp_path_factory.mktemp("store")) as (store, runner):
        yield Served(tmp_path_factory.mktemp("terminology"), store, runner)


def test_every_interaction_of_every_type_succeeds(served: Served):
    claimed = {kind: [each["code"] for each in row["interaction"]] for kind, row in served.types.items()}
    assert len(claimed) > 140
    # Those of one type go one after the other, so that what is deleted was not deleted yet, and each is there once.
    for codes in zip(*claimed.values(), strict=True):
        served.succeed(interactions(kind)[code] for kind, code in zip(claimed, codes, strict=True))


def test_every_conditional_form_of_every_type_does_what_it_is_for(served: Served):
    forms = {kind: list(calls.conditional(kind)) for kind in served.types}
    for step in zip(*forms.values(), strict=True):
        expected = {call[:2]: status for call, status in step}
        wrong = [
            (call[:2], answer.status_code, answer.text[:300])
            for call, answer in served.answers(call for call, _ in step)
            if answer.status_code != expected[call[:2]]
        ]
        assert not wrong, wrong[:3]


def test_every_type_is_found_by_every_parameter(served: Served):
    served.succeed(calls.search(kind, row) for kind, row in served.types.items())
    served.succeed(
        getting(f"?_type=Patient,Basic&{each['name']}={calls.value_of(each)}") for each in served.rest["searchParam"]
    )


def test_everything_that_can_come_along_does_so(served: Served):
    served.succeed(calls.including(kind, row) for kind, row in served.types.items())
    assert {tuple(row["searchRevInclude"]) for row in served.types.values()} == {("*",)}
    # It is one way for all types, and looks at all of them.
    served.succeed(getting(f"{place}?_id=x&_revinclude=*&_revinclude=Observation:subject") for place in PLACES)


def test_every_operation_answers_wherever_it_is_claimed(served: Served):
    rows = [(each["name"], "") for each in served.rest["operation"]]
    rows += [(each["name"], kind) for kind, row in served.types.items() for each in row.get("operation", ())]
    served.succeed(call for name, kind in rows for call in calls.operation(name, kind))


def test_every_interaction_of_the_system_answers(served: Served):
    codes = {each["code"] for each in served.rest["interaction"]}
    assert codes == {"transaction", "batch", "search-system", "history-system"}
    rows = [
        {"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}},
        {"request": {"method": "GET", "url": "Patient/x"}},
    ]
    served.succeed(
        sending("POST", "", {"resourceType": "Bundle", "type": kind, "entry": rows})
        for kind in codes & {"batch", "transaction"}
    )
    served.succeed([getting("?_lastUpdated=gt2020"), getting("_history"), getting("_history?_count=1&_since=2020")])


def test_every_compartment_is_searched(served: Served):
    found = {each.rpartition("/")[2].lower() for each in served.rest["compartment"]}
    assert found == {each.lower() for each in PLACES}
    served.succeed(getting(f"{place}/x/*") for place in PLACES)
    served.succeed([getting("Patient/x/Observation"), getting("Encounter/x/Condition")])


def test_every_format_is_spoken(served: Served):
    assert served.get("metadata").json()["format"] == ["application/fhir+json", "application/fhir+xml"]
    served.succeed(("GET", f"{kind}/x", {"headers": {"accept": "application/fhir+xml"}}) for kind in served.types)


def test_both_stores_claim_the_same(tmp_path_factory):
    said = []
    for name in KEPT:
        with kept(name, tmp_path_factory.mktemp("store")) as (store, runner):
            records = Records(store=store, judging=True)
            records.run = runner.run
            said.append(records.get("metadata").json())
    assert said[0] == said[1]


def test_what_is_claimed_nowhere_is_refused(served: Served):
    for call, answer in served.answers([getting("Patient/$nothing"), ("TRACE", "Patient/x", {}), getting("Nothing/x")]):
        assert answer.status_code in (404, 405), call
