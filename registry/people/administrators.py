"""Who administers whom, and that somebody always administers everything.

Whoever could set the password of somebody else could act as they do: so nobody administers a person who may do
something where they themselves administer nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fhir_kernel.store.base import Reader, Transaction
from registry.people.caller import NEEDS_ADMINISTRATOR, Caller
from registry.people.grants import GRANTS, Grant, grant_of, grants_in, has_role_over
from registry.people.kit import person_in
from registry.people.person import PEOPLE, Person, person_of
from registry.people.refusals import NotLoggedIn
from registry.people.roles import ADMINISTRATOR
from registry.people.scope import Scope
from registry.refusal import Refused, refused
from registry.sentence import Sentence


async def administrating(transaction: Transaction, by: Caller, now: datetime) -> Sequence[Grant]:
    """The grants of a caller as they are in this transaction.

    Raises NotLoggedIn where they were suspended meanwhile, Refused (forbidden) where they administer nothing.
    """
    person = by.known()
    if not (await person_in(transaction, person.id)).is_active:
        raise NotLoggedIn(Sentence("this account was suspended", "该账号已停用"))
    grants = await grants_in(transaction, person.id)
    if not any(each.role == ADMINISTRATOR and each.holds(now) for each in grants):
        raise Refused("forbidden", (NEEDS_ADMINISTRATOR,))
    return grants


async def check_administers(transaction: Transaction, by: Caller, person: Person, now: datetime) -> None:
    """Raises Refused (forbidden) where the caller does not administer every place where a person has, or gets, a role.

    Somebody without any is administered by whoever invited them, and by who administers everything.
    """
    grants = await administrating(transaction, by, now)
    theirs = [each for each in await grants_in(transaction, person.id) if not each.is_over(now)]
    if has_role_over(grants, ADMINISTRATOR, Scope.everything(), now):
        return
    if not theirs and person.invited_by == by.known().id:
        return
    for scope in [each.scope for each in theirs] or [Scope.everything()]:
        if not has_role_over(grants, ADMINISTRATOR, scope, now):
            raise Refused("forbidden", (needs_administrator(f"changing {person.name}", f"更改 {person.name}", scope),))


def needs_administrator(en: str, zh: str, scope: Scope) -> Sentence:
    """Says that something needs somebody who administers a scope."""
    said_en = f"{en} needs the role administrator for {scope.said.en}"
    return Sentence(said_en, f"{zh}需要角色：系统管理员（范围：{scope.said.zh}）")


async def has_administrator(reader: Reader, now: datetime) -> bool:
    """Whether an active person administers everything, without an end."""
    return await _stays(reader, now, "", "")


async def check_not_the_last(
    reader: Reader, now: datetime, *, without_person: str = "", without_grant: str = ""
) -> None:
    """Raises Refused (conflict) where nobody would administer everything any more without a person, or a grant."""
    if await has_administrator(reader, now) and not await _stays(reader, now, without_person, without_grant):
        en = "this would leave nobody who administers everything; give that role to somebody else first"
        raise refused("conflict", en, "此操作将导致没有全局系统管理员；请先将该角色授予他人")


async def _stays(reader: Reader, now: datetime, without_person: str, without_grant: str) -> bool:
    for _, kept in await reader.listed(GRANTS):
        grant = grant_of(kept)
        if not _is_lasting(grant, now) or without_person == grant.person or without_grant == grant.id:
            continue
        found = await reader.load(PEOPLE, grant.person)
        if found is not None and person_of(grant.person, found).is_active:
            return True
    return False


def _is_lasting(grant: Grant, now: datetime) -> bool:
    everything = grant.role == ADMINISTRATOR and grant.scope.kind == "everything"
    return everything and grant.until is None and grant.holds(now)
