"""Answers about the rules of the lifecycle: every version that ever held, and further ones of administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from registry.api.kit import Kit
from registry.http.route import Answer, Call
from registry.lifecycle.rules import Rules
from registry.people.scope import Scope
from registry.records.keeping import missing
from registry.records.rulebook import RULES, add_rules
from registry.refusal import Refused
from registry.sentence import Sentence

_NEEDED = Sentence(
    "changing the rules of the lifecycle needs the role administrator for everything",
    "修改流程规则需要角色 administrator（系统管理员，范围：全部）",
)


class RulesDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def versions(self, call: Call) -> Answer:
        book = await self._kit.rulebook.book(self._kit.store)
        kept = dict(await self._kit.store.listed(RULES))
        now = book.at(call.now).name
        return Answer({"versions": [_version(each, kept, now) for each in book.versions]})

    async def version(self, call: Call) -> Answer:
        book = await self._kit.rulebook.book(self._kit.store)
        name = f"{call.path['id']}/{call.path['version']}"
        rules = book.named(name)
        if rules is None:
            raise missing(Sentence("version of the rules", "规则版本"), name)
        return Answer({"name": rules.name, "rules": _plain(rules.document)})

    async def validate(self, call: Call) -> Answer:
        book = await self._kit.rulebook.book(self._kit.store)
        try:
            book.adding(call.body["rules"], call.now)
        except Refused as refused:
            return Answer({"faults": refused.sentences})
        return Answer({"faults": []})

    async def add(self, call: Call) -> Answer:
        if not call.caller.is_administrator(Scope.everything()):
            raise Refused("forbidden", (_NEEDED,))
        added = await add_rules(self._kit.store, call.body["rules"], call.caller.known().id, call.now)
        return Answer({"name": added.name, "rules": _plain(added.document)})


def _version(rules: Rules, kept: dict[str, Any], now: str) -> dict[str, Any]:
    added = {name: kept[rules.name][name] for name in ("by", "added")} if rules.name in kept else {}
    return {
        "name": rules.name,
        "id": rules.id,
        "version": rules.version,
        "begins": rules.begins,
        "holds": rules.name == now,
        **added,
    }


def _plain(document: Any) -> Any:
    """TOML has dates of its own; JSON has texts."""
    if isinstance(document, dict):
        return {name: _plain(each) for name, each in document.items()}
    if isinstance(document, list):
        return [_plain(each) for each in document]
    return document.isoformat() if isinstance(document, datetime) else document
