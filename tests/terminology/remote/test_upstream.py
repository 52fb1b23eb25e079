from __future__ import annotations

import pytest

from fhir_kernel.errors import SettingsError
from terminology.remote.upstream import Upstream
from tests.terminology.remote.world import BASE, TOKEN


def test_the_token_is_not_shown():
    assert TOKEN not in repr(Upstream(BASE, TOKEN))


def test_messages_call_a_server_by_host_and_port():
    assert Upstream("https://tx.example.org:8443/r4").host == "tx.example.org:8443"


@pytest.mark.parametrize(
    ("address", "token", "reason"),
    [
        ("tx.example.org/r4", None, "expected https://HOST/PATH"),
        ("ftp://tx.example.org", None, "expected https://HOST/PATH"),
        ("https://tx.example.org/r4?key=1", None, "expected https://HOST/PATH"),
        ("https://tx.example.org:port/r4", None, "is not an address"),
        ("https://me:hidden@tx.example.org/r4", None, "holds a user name or password"),
        ("https://tx.example.org", "hidden\r\nx: y", "no bearer token has"),
        ("https://tx.example.org", "", "no bearer token has"),
        ("http://tx.example.org", "hidden", "must begin with https://"),
    ],
)
def test_what_cannot_be_used_is_refused_without_showing_a_secret(address, token, reason):
    with pytest.raises(SettingsError, match=reason) as caught:
        Upstream(address, token)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
def test_a_token_may_go_to_the_same_machine_in_the_open(host):
    assert Upstream(f"http://{host}/fhir", TOKEN).host == host
