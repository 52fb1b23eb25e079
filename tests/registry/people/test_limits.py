from __future__ import annotations

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from fhir_kernel.settings import Settings
from registry.people.limits import Limiter, address_of
from registry.people.refusals import TooOften
from registry.people.routes import ROUTES
from tests.registry.http.client import Client
from tests.registry.people.world import Office


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix-socket", "unix-socket"),
        (None, "unknown"),
    ],
)
def test_an_address_is_counted_by_what_one_household_has(host, counted):
    assert address_of(host) == counted


def test_what_is_asked_is_counted_apart_and_by_address():
    limiter = Limiter(Settings(public_reads=2, public_proposals=1), lambda: 0.0)
    limiter.count("propose", "a")
    with pytest.raises(TooOften, match=r"too many requests from this address; try again in 60 s"):
        limiter.count("propose", "a")
    limiter.count("propose", "b")
    limiter.count("read", "a")


@pytest.mark.anyio
async def test_the_address_is_that_of_whom_a_trusted_proxy_forwards_for_and_of_nobody_else(store):
    office = Office(store, Settings(public_reads=2))
    behind = ProxyHeadersMiddleware(office.app, trusted_hosts="127.0.0.1")

    async def asked(peer, forwarded_for):
        client = Client(behind, ROUTES, address=peer)
        return (await client.send("GET", "roles", headers={"x-forwarded-for": forwarded_for})).status_code

    assert [await asked("127.0.0.1", "198.51.100.1") for _ in range(3)] == [200, 200, 429]
    assert await asked("127.0.0.1", "198.51.100.2") == 200
    assert [await asked("203.0.113.9", f"198.51.100.{each}") for each in (3, 4, 5)] == [200, 200, 429]
