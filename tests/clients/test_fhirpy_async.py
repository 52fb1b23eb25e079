"""https://github.com/beda-software/fhir-py, its asynchronous half."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

SYSTEM = "http://example.org/fhirpy-async"
Story = Callable[[AsyncFHIRClient], Awaitable[None]]


@pytest.fixture
def tell(fhir_address: str) -> Callable[[Story], None]:
    """Runs what a test does with a client."""

    async def told(story: Story) -> None:
        await story(AsyncFHIRClient(fhir_address))

    return lambda story: asyncio.run(told(story))


def patient(client: AsyncFHIRClient, number: str, **more: Any) -> Any:
    known = [{"system": SYSTEM, "value": number}]
    return client.resource("Patient", identifier=known, name=[{"family": "李"}], gender="female", **more)


def by(number: str) -> str:
    return f"{SYSTEM}|{number}"


def test_what_it_creates_it_reads_updates_patches_and_deletes(tell: Callable[[Story], None]) -> None:
    async def story(client: AsyncFHIRClient) -> None:
        created = await patient(client, "create", birthDate="1960-02-03").save()
        read = await client.reference("Patient", created.id).to_resource()
        assert read.serialize() == created.serialize()
        read["gender"] = "male"
        assert (await read.save())["meta"]["versionId"] == "2"
        patched = await client.patch("Patient", created.id, birthDate=None)
        assert (patched["gender"], patched.get("birthDate")) == ("male", None)
        await created.delete()
        with pytest.raises(ResourceNotFound):
            await client.get("Patient", created.id)

    tell(story)


def test_it_counts_and_goes_from_page_to_page(tell: Callable[[Story], None]) -> None:
    born = [f"19{year}-02-03" for year in range(60, 67)]

    async def story(client: AsyncFHIRClient) -> None:
        await asyncio.gather(*(patient(client, f"page-{day}", birthDate=day).save() for day in born))
        among = ",".join(by(f"page-{day}") for day in born)
        some = client.resources("Patient").search(identifier=among).sort("-birthdate").limit(2)
        assert [each["birthDate"] async for each in some] == born[::-1]
        assert [each["birthDate"] for each in await some.fetch_all()] == born[::-1]
        assert await some.count() == len(born)

    tell(story)


def test_of_many_that_get_or_create_at_once_one_creates(tell: Callable[[Story], None]) -> None:
    async def story(client: AsyncFHIRClient) -> None:
        one = client.resources("Patient").search(identifier=by("once"))
        answers = await asyncio.gather(*(one.get_or_create(patient(client, "once")) for _ in range(8)))
        assert [is_new for _, is_new in answers].count(True) == 1
        assert await one.count() == 1
        updated, is_new = await one.update(patient(client, "once", birthDate="1960-02-03"))
        assert (updated["birthDate"], is_new) == ("1960-02-03", False)

    tell(story)


def test_its_transaction_is_carried_out_as_a_whole(tell: Callable[[Story], None]) -> None:
    async def story(client: AsyncFHIRClient) -> None:
        request = {"method": "POST", "url": "Patient"}
        entries = [{"resource": patient(client, "bundle"), "request": request}]
        faulty = {"resource": {"resourceType": "Patient", "gender": "girl"}, "request": request}
        bundle = {"resourceType": "Bundle", "type": "transaction"}
        with pytest.raises(OperationOutcome):
            await client.execute("", data={**bundle, "entry": [*entries, faulty]})
        assert await client.resources("Patient").search(identifier=by("bundle")).count() == 0
        came = await client.execute("", data={**bundle, "entry": entries})
        assert came["entry"][0]["response"]["status"].startswith("201")

    tell(story)
