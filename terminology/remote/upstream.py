"""Which terminology server is asked, and within what bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from fhir_kernel.errors import SettingsError

_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""https://www.rfc-editor.org/rfc/rfc6750#section-2.1"""
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """What asking may cost. Times are in seconds, sizes in bytes."""

    timeout: float = 5.0
    """For a whole answer."""
    connect_timeout: float = 4.0
    answer_bytes: int = 16_000_000
    question_bytes: int = 256_000
    failures: int = 5
    """Failures in a row after which the server is left alone."""
    rest: float = 30.0
    """How long it is left alone."""
    at_once: int = 4
    """Questions under way at the same time for one caller."""
    batch: int = 100
    """Questions in one `$batch-validate-code`."""
    cache_seconds: float = 3_600.0
    cached_answers: int = 10_000
    cached_bytes: int = 50_000_000

    @property
    def negative_seconds(self) -> float:
        """How long a "no" is kept: what a server does not know today it may be taught tomorrow."""
        return self.cache_seconds / 10


@dataclass(frozen=True, slots=True)
class Upstream:
    """A terminology server: its FHIR base URL, a bearer token, and what we call ourselves.

    Raises SettingsError where the address is none, or where the token would travel in the open.
    """

    address: str
    token: str | None = field(default=None, repr=False)
    user_agent: str = "plumbline"
    bounds: Bounds = field(default_factory=Bounds)

    def __post_init__(self) -> None:
        parts = _split(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise SettingsError("upstream_terminology is not the address of a server; expected https://HOST/PATH")
        if parts.username is not None or parts.password is not None:
            raise SettingsError("upstream_terminology holds a user name or password; expected upstream_token instead")
        if self.token is not None and not _BEARER.fullmatch(self.token):
            raise SettingsError("upstream_token holds characters that no bearer token has; it is not shown here")
        if self.token is not None and parts.scheme != "https" and parts.hostname not in _OWN_MACHINE:
            raise SettingsError("upstream_token is set, so upstream_terminology must begin with https://")

    @property
    def host(self) -> str:
        """Host and port, by which messages call the server."""
        return urlsplit(self.address).netloc


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"upstream_terminology is not an address: {error}") from None
    return parts
