from __future__ import annotations

import asyncio
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.errors import SettingsError
from fhir_server.identity.authenticate import allow
from fhir_server.identity.open_trial import OpenAuthenticator, check_open, is_loopback
from fhir_server.outcomes import RequestRefused


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST", "localhost."])
def test_addresses_of_this_machine_alone_may_be_open(host):
    check_open(host)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "", "192.168.1.2", "example.org", "localhost.example.org", "127.0.0.1.example.org", "127.1"],
)
def test_addresses_that_others_reach_may_not(host):
    with pytest.raises(SettingsError, match="can be reached from elsewhere"):
        check_open(host)


@given(st.ip_addresses(v=4))
def test_of_all_addresses_those_that_begin_with_127_are_of_this_machine(address: IPv4Address):
    assert is_loopback(str(address)) == str(address).startswith("127.")


def _caller(headers):
    return asyncio.run(OpenAuthenticator().caller(headers))


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:80"])
def test_whoever_asks_this_machine_by_its_name_may_do_everything(host):
    allow(_caller({"host": host}), "delete", "Patient")
    allow(_caller({"host": host, "origin": "http://localhost:3000"}), "search-system")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "rebound.example.org:8080"},
        {"host": "localhost", "origin": "https://example.org"},
        {"host": "localhost", "origin": "null"},
        {"host": "[", "origin": "http://["},
    ],
)
def test_a_web_site_that_is_open_in_a_browser_is_refused(headers):
    with pytest.raises(RequestRefused) as refusal:
        _caller(headers)
    assert refusal.value.status == 403
