from __future__ import annotations

import asyncio

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from fhir_kernel.store.memory import MemoryStore
from registry.http.openapi import document
from registry.people.routes import ROUTES
from tests.registry.people.world import Office

TRIES = settings(
    max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def test_whatever_is_sent_to_the_routes_of_people_is_never_answered_by_a_fault():
    office = Office(MemoryStore())
    root = asyncio.run(office.opened())
    bearer = (b"authorization", f"Bearer {root.token}".encode())

    async def as_administrator(scope, receive, send):
        headers = [bearer, *[each for each in scope.get("headers", ()) if each[0] != b"authorization"]]
        await office.app({**scope, "headers": headers, "root_path": "/api"}, receive, send)

    described = schemathesis.openapi.from_dict(document(ROUTES, "Plumbline", "1"))
    described.app = as_administrator
    described.config.base_url = "http://localhost/api"
    operations = [each.ok() for each in described.exclude(operation_id=["logOut"]).get_all_operations()]
    assert len(operations) == len(ROUTES) - 1
    for operation in operations:
        settings(parent=TRIES)(given(case=operation.as_strategy())(_is_answered))()


def _is_answered(case):
    answer = case.call()
    assert answer.status_code < 500, answer.text
