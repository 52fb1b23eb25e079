"""How often somebody may ask who is not logged in, and how often a password may be tried."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Literal

from fhir_kernel.settings import Settings
from fhir_server.identity.rate import RateLimit
from registry.people.refusals import TooOften
from registry.sentence import Sentence

Rate = Literal["read", "propose", "comment", "practice", "login"]
"""What is counted apart: looking things up, proposals, comments, practice runs, and whatever tries a password or a
one-time link."""
_NETWORK = 64
"""Bits of an IPv6 address that a household has alone (https://www.rfc-editor.org/rfc/rfc6177)."""


class Limiter:
    """Counts by address and by account, for one worker; `now` gives seconds that never go back."""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        most: dict[Rate, int] = {
            "read": settings.public_reads,
            "propose": settings.public_proposals,
            "comment": settings.public_comments,
            "practice": settings.public_practice,
            "login": settings.public_logins,
        }
        self._by_address = {rate: RateLimit(each, now) for rate, each in most.items()}
        self._by_account = RateLimit(settings.login_attempts, now)

    def count(self, rate: Rate, address: str) -> None:
        """Count one request from an address. Raises TooOften."""
        if seconds := self._by_address[rate].wait(address):
            raise TooOften(_too_often("from this address", "该网络地址的请求", seconds), seconds)

    def count_account(self, login: str) -> None:
        """Count one try of the password of an account. Raises TooOften."""
        if seconds := self._by_account.wait(login):
            raise TooOften(_too_often("for this account", "该账号的登录尝试", seconds), seconds)


def address_of(host: str | None) -> str:
    """The address that is counted: of IPv6 the network, since whoever has one address there has very many."""
    try:
        found = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return host or "unknown"
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((found, _NETWORK), strict=False))


def _too_often(en: str, zh: str, seconds: int) -> Sentence:
    return Sentence(
        f"there were too many requests {en}; try again in {seconds} s", f"{zh}过于频繁，请在 {seconds} 秒后重试"
    )
