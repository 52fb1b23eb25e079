"""The address at which clients reach the server, where the setting `public_address` says it."""

from __future__ import annotations

from urllib.parse import urlsplit

from fhir_kernel.errors import SettingsError
from fhir_kernel.settings import Settings


def public_address(settings: Settings) -> str:
    """The address without a slash at its end; empty where nothing is set. Raises SettingsError where it is none."""
    address = (settings.public_address or "").rstrip("/")
    if address and not _is_usable(address):
        expected = "such as https://records.example.org, without /fhir, query and fragment"
        raise SettingsError(f"public_address is {settings.public_address!r}; expected an address {expected}")
    return address


def own_bases(settings: Settings) -> tuple[str, ...]:
    """The service base URL below which references are local; none where no address is set.

    https://hl7.org/fhir/R4/search.html#reference; what a resource is found by must not depend on the address that a
    request names. Raises SettingsError.
    """
    address = public_address(settings)
    return (address + "/fhir",) if address else ()


def _is_usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or parts.username or any(each.isspace() for each in address))
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain and not parts.path.endswith("/fhir")
