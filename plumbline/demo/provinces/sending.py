"""Institutions send their months, day after day of the moved clock, over HTTP and by tokens of their own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection

from fhir_kernel.packages.progress import Progress
from plumbline.demo.provinces.cast import Member
from plumbline.demo.provinces.month import Month
from plumbline.demo.registered import client_id
from plumbline.demo.registry.premises import Premises
from plumbline.demo.sending import Sender
from plumbline.demo.served import HOST

_SECONDS = 60


@dataclass(slots=True)
class Became:
    """What became of the records of a month."""

    batches: int = 0
    accepted: int = 0
    refused: int = 0

    @property
    def sent(self) -> int:
        """All of them."""
        return self.accepted + self.refused


def send_months(place: Premises, months: Sequence[tuple[Member, Month]], title: str, told: Progress) -> Became:
    """Let the days pass; on each, everybody sends what they have. Raises NoToken, Unanswered, OSError."""
    became, total = Became(), sum(month.count for _, month in months)
    with ExitStack() as opened:
        systems = [(_system(place, member, opened), month) for member, month in months]
        for day in sorted({day for _, month in months for day in month.by_day}):
            place.calendar.go_to(day)
            for sender, month in systems:
                if records := month.by_day.get(day):
                    _count(became, sender.send_batch(records))
                    told(title, became.sent, total)
    return became


def _system(place: Premises, member: Member, opened: ExitStack) -> Sender:
    client = client_id(member.installation.organisation)
    connection = opened.enter_context(closing(HTTPConnection(HOST, place.asking.port, timeout=_SECONDS)))
    return Sender(connection, client, place.secrets[client], "en")


def _count(became: Became, answers: Sequence[bool]) -> None:
    became.batches += 1
    became.accepted += sum(answers)
    became.refused += len(answers) - sum(answers)
