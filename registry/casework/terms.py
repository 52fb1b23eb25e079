"""Another composition of a committee: nobody who was a member is taken out, their term ends instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from registry.model.committee import CommitteeMember


def with_terms(
    before: Sequence[CommitteeMember], wanted: Sequence[CommitteeMember], today: date
) -> tuple[CommitteeMember, ...]:
    """Those who are wanted, and all whose term has ended or ends today since they are left out.

    A past term stays as it is, whether it is given again or not; whoever comes back begins a new one.
    """
    past = [each for each in before if _is_past(each, today)]
    given = [_renewed(each, past, today) for each in wanted if each not in past]
    staying = {each.person for each in given}
    left = [
        replace(each, until=today)
        for each in before
        if each not in past and each.person not in staying and each.is_on(today)
    ]
    return (*past, *left, *given)


def _is_past(member: CommitteeMember, today: date) -> bool:
    return member.until is not None and member.until <= today


def _renewed(wanted: CommitteeMember, past: Sequence[CommitteeMember], today: date) -> CommitteeMember:
    """With a begin of its own where an earlier term would seem to go on."""
    ends = [each.until for each in past if each.person == wanted.person and each.until is not None]
    if not ends or _is_past(wanted, today):
        return wanted
    return wanted if wanted.since is not None and wanted.since >= max(ends) else replace(wanted, since=today)
