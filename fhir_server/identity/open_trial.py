"""A trial on one's own machine, where everybody is let in: only where nobody else can ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from fhir_kernel.errors import SettingsError
from fhir_server.identity.authenticate import Caller
from fhir_server.identity.organisations import Client
from fhir_server.identity.scopes import EVERYTHING
from fhir_server.outcomes import refused

WARNING = (
    "OPEN: anybody on this machine may read and change everything, without a token; "
    "for a trial with made-up records only"
)
"""To be written where nobody overlooks it, when the server starts."""
ANYBODY = Client("open-trial", "anybody on this machine", "", str(EVERYTHING), "", datetime(1970, 1, 1, tzinfo=UTC))


def is_loopback(host: str) -> bool:
    """Whether an address, or `localhost`, can be reached from this machine only. No name is looked up."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_open(host: str) -> None:
    """Raises SettingsError where a server that listens at `host` must not let everybody in."""
    if not is_loopback(host):
        raise SettingsError(
            f"--open lets everybody in, and --host {host} can be reached from elsewhere; "
            "expected 127.0.0.1, ::1 or localhost, or clients with tokens in place of --open"
        )


class OpenAuthenticator:
    """Lets in whoever asks this machine by its own name.

    A page of some web site that is open in a browser here can send requests, too; they name the site.
    """

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Anybody, with every permission. Raises RequestRefused (403) where a web site seems to ask."""
        host, origin = _host(f"//{headers.get('host', '')}"), headers.get("origin")
        if not is_loopback(host) or (origin is not None and not is_loopback(_host(origin))):
            raise refused("forbidden", "An open trial answers only requests that are made on this machine, by its name")
        return Caller(ANYBODY, None, None, (EVERYTHING,))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
