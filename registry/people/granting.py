"""Giving roles and ending them; nobody gives themselves what they lack, and nothing that was given is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fhir_kernel.store.base import Transaction
from fhir_server.identity.deeds import Deed
from registry.people.administrators import administrating, check_not_the_last, needs_administrator
from registry.people.caller import Caller
from registry.people.grants import GRANTS, Grant, grant_of, grants_in, has_role_over
from registry.people.kit import Kit, person_in
from registry.people.roles import ADMINISTRATOR, ANYONE, ROLES
from registry.people.scope import Scope
from registry.refusal import Refused, refused


class Granting:
    """Writes grants; what whoever calls may give is looked up in the very commit."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def grant(
        self, by: Caller, person: str, role: str, scope: Scope, begins: datetime | None, until: datetime | None
    ) -> Grant:
        """Give a person a role at a place, from now on or from `begins`. Raises Refused."""

        async def work(transaction: Transaction) -> Grant:
            now, giver = self._kit.clock(), by.known().id
            made = Grant(self._kit.new_id(), person, role, scope, begins or now, giver, now, until)
            check_grant(made, now)
            await person_in(transaction, person)
            grants = await administrating(transaction, by, now)
            _check_may_give(grants, made, now)
            if any(_is_same(each, made) for each in await grants_in(transaction, person)):
                en = f"the person has the role {role} for {scope.said.en} already"
                raise refused("conflict", en, f"此人已拥有角色 {role}（范围：{scope.said.zh}）")
            await transaction.save(GRANTS, made.name, made.document())
            await self._kit.note(transaction, _deed("C", giver, made))
            return made

        return await self._kit.store.commit(work)

    async def end(self, by: Caller, person: str, id_: str) -> Grant:
        """End a grant now; one's own can be given up, too. Raises Refused."""

        async def work(transaction: Transaction) -> Grant:
            now, ender = self._kit.clock(), by.known().id
            kept = await transaction.load(GRANTS, f"{person}/{id_}")
            if kept is None:
                raise refused("missing", f"the person has no grant {id_}", f"此人没有编号为 {id_} 的授权")
            grant = grant_of(kept)
            if person != ender:
                _check_administers(await administrating(transaction, by, now), grant.scope, now)
            if grant.is_over(now):
                raise refused("conflict", "the grant is over already", "该授权已终止")
            await check_not_the_last(transaction, now, without_grant=id_)
            made = replace(grant, ended=now, ended_by=ender)
            await transaction.save(GRANTS, made.name, made.document())
            await self._kit.note(transaction, _deed("D", ender, made))
            return made

        return await self._kit.store.commit(work)

    async def of(self, person: str) -> Sequence[Grant]:
        """All that were ever given to a person. Raises Refused (missing)."""
        await person_in(self._kit.store, person)
        return await grants_in(self._kit.store, person)


def check_grant(grant: Grant, now: datetime) -> None:
    """Raises Refused (invalid) where there can be no such grant."""
    if grant.role not in ROLES or grant.role == ANYONE:
        codes = ", ".join(each for each in ROLES if each != ANYONE)
        raise refused(
            "invalid",
            f"the role is '{grant.role}'; expected one of {codes}",
            f"角色为“{grant.role}”；应为以下之一：{codes}",
            "role",
        )
    if problem := grant.scope.problem:
        raise Refused("invalid", (problem,), where="scope.code")
    if grant.begins < now:
        raise refused(
            "invalid",
            "the grant begins in the past; expected now or later",
            "授权开始时间早于当前；应为现在或以后",
            "from",
        )
    if grant.until is not None and grant.until <= grant.begins:
        raise refused(
            "invalid",
            "the grant ends before it begins; expected a later end",
            "授权结束时间不晚于开始时间；应更晚",
            "until",
        )


def _check_may_give(grants: Sequence[Grant], made: Grant, now: datetime) -> None:
    """`grants` are those of the giver."""
    _check_administers(grants, made.scope, now)
    if made.person == made.granted_by and not has_role_over(grants, made.role, made.scope, now):
        role = ROLES[made.role].name
        en = f"nobody gives themselves a role: {made.role} ({role.en}) is for another administrator to give"
        raise refused("forbidden", en, f"不能为自己授予角色：{made.role}（{role.zh}）须由其他管理员授予")


def _check_administers(grants: Sequence[Grant], scope: Scope, now: datetime) -> None:
    if not has_role_over(grants, ADMINISTRATOR, scope, now):
        raise Refused("forbidden", (needs_administrator("giving and ending roles", "授予和终止角色", scope),))


def _is_same(there: Grant, made: Grant) -> bool:
    """Whether a grant gives all of another one already."""
    same = there.role == made.role and there.scope == made.scope and there.begins <= made.begins
    last = there.ended or there.until
    return same and (last is None or (made.until is not None and made.until <= last))


def _deed(action: str, by: str, grant: Grant) -> Deed:
    change = "role given" if action == "C" else "role ended"
    details = {"change": change, "role": grant.role, "scope": str(grant.scope)}
    return Deed("account", "C" if action == "C" else "D", by, grant.person, details)
