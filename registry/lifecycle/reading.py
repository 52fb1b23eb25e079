"""Rules read from a document, such as rules.toml or what an administrator sends; all faults are told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from fhir_kernel.store.records import Document
from registry.lifecycle.checking import check
from registry.lifecycle.entries import (
    Column,
    Faults,
    entries,
    entry,
    flag,
    fraction,
    mapping,
    one_of,
    text,
    texts,
    whole,
)
from registry.lifecycle.rules import Contradiction, DocumentKind, Rules, State, Transition
from registry.model.event import MACHINES, Machine
from registry.refusal import Refused
from registry.sentence import Sentence

_NAMED = {"en": text(), "zh": text()}
_STATE = {
    "machine": one_of(MACHINES, "text"),
    "code": text(),
    **_NAMED,
    "holders": texts(),
    "days": whole(1),
    "end": flag(),
}
_DOCUMENT = {"code": text(), **_NAMED, "since": texts(), "filers": texts()}
_TRANSITION = {
    "machine": one_of(MACHINES, "text"),
    "action": text(),
    **_NAMED,
    "from": texts(),
    "to": text(),
    "roles": texts(),
    "guards": texts(),
    "documents": texts(),
    "reason": flag(),
    "also": mapping(),
}
_VOTE = {
    "id": text(),
    **_NAMED,
    "approve": fraction(),
    "approveOf": one_of(("ballots", "members")),
    "quorum": fraction(is_required=False),
    "opposeLimit": fraction(is_required=False),
    "silence": one_of(("absent", "abstain", "approve"), "absent"),
    "leastMembers": whole(1, 1),
    "excludesDraftingUnits": flag(),
    "abstentionIsBallot": flag(),
    "letterDays": whole(1),
}
_CONTRADICTION: Mapping[str, Column] = {**_NAMED, **dict.fromkeys(MACHINES, texts())}
_WHOLE: Mapping[str, Column] = {
    "id": text(),
    "version": text(),
    "begins": text(),
    "windows": mapping(),
    "limits": mapping(),
    "override": mapping(),
    **{
        table: Column(lambda value: isinstance(value, list), Sentence("a list of objects", "对象列表"), [])
        for table in ("state", "document", "transition", "vote", "contradiction")
    },
}


def shipped_rules() -> Rules:
    """The rules that come with the program."""
    return rules_of(tomllib.loads(resources.files(__package__).joinpath("rules.toml").read_text("utf-8")))


def rules_of(document: Mapping[str, Any]) -> Rules:
    """The rules that a document tells. Raises Refused (invalid) with every fault: where, found, expected."""
    faults = Faults()
    head = entry(document, _WHOLE, "rules", faults)
    if head is None:
        raise Refused("invalid", faults.sentences, where="rules")
    rules = Rules(
        id=head["id"],
        version=head["version"],
        begins=_instant(head["begins"], faults),
        states={(each.machine, each.code): each for each in _states(document, faults)},
        transitions=tuple(_transition(each) for _, each in entries(document, "transition", _TRANSITION, faults)),
        documents={each.code: each for each in _documents(document, faults)},
        votes=_votes(document, f"{head['id']}/{head['version']}", faults),
        windows=_days(head["windows"], "windows", faults),
        limits=_days(head["limits"], "limits", faults),
        contradictions=tuple(_contradictions(document, faults)),
        firm=_firm(head["override"], faults),
        document=dict(document),
    )
    if not faults.sentences:
        check(rules, faults)
    if faults.sentences:
        raise Refused("invalid", faults.sentences, where="rules")
    return rules


def _instant(found: str, faults: Faults) -> datetime:
    expected = Sentence("an instant with its time zone, such as 2026-01-01T00:00:00+08:00", "带时区的时刻")
    try:
        read = datetime.fromisoformat(found)
    except ValueError:
        read = datetime.min
    if read.tzinfo is None:
        faults.add("begins", found, expected)
    return read


def _states(document: Mapping[str, Any], faults: Faults) -> list[State]:
    return [
        State(each["machine"], each["code"], _named(each), tuple(each["holders"]), each["days"], each["end"])
        for _, each in _distinct(entries(document, "state", _STATE, faults), ("machine", "code"), faults)
    ]


def _documents(document: Mapping[str, Any], faults: Faults) -> list[DocumentKind]:
    return [
        DocumentKind(each["code"], _named(each), tuple(each["since"]), tuple(each["filers"]))
        for _, each in _distinct(entries(document, "document", _DOCUMENT, faults), ("code",), faults)
    ]


def _transition(each: Mapping[str, Any]) -> Transition:
    return Transition(
        machine=each["machine"],
        action=each["action"],
        name=_named(each),
        sources=tuple(each["from"]),
        target=each["to"],
        roles=tuple(each["roles"]),
        guards=tuple(each["guards"]),
        documents=tuple(each["documents"]),
        needs_reason=each["reason"],
        also=each["also"],
    )


def _votes(document: Mapping[str, Any], version: str, faults: Faults) -> dict[str, Document]:
    read = _distinct(entries(document, "vote", _VOTE, faults), ("id",), faults)
    return {each["id"]: _vote(each, version) for _, each in read}


def _vote(each: Mapping[str, Any], version: str) -> Document:
    """As registry.ballots.profile reads it."""
    own = {name: value for name, value in each.items() if name not in _NAMED}
    return {**own, "version": version, "name": _named(each).document()}


def _contradictions(document: Mapping[str, Any], faults: Faults) -> list[Contradiction]:
    read = entries(document, "contradiction", _CONTRADICTION, faults)
    return [Contradiction(_named(each), _machines(each)) for _, each in read]


def _machines(each: Mapping[str, Any]) -> Mapping[Machine, frozenset[str]]:
    return {machine: frozenset(each[machine]) for machine in MACHINES if each[machine]}


def _days(found: Mapping[str, Any], where: str, faults: Faults) -> Mapping[str, int]:
    return entry(found, {name: whole(0) for name in found}, where, faults) or {}


def _firm(found: Mapping[str, Any], faults: Faults) -> frozenset[str]:
    read = entry(found, {"firm": texts()}, "override", faults)
    return frozenset() if read is None else frozenset(read["firm"])


def _distinct(
    read: list[tuple[str, dict[str, Any]]], keys: tuple[str, ...], faults: Faults
) -> list[tuple[str, dict[str, Any]]]:
    seen: set[tuple[str, ...]] = set()
    for where, each in read:
        key = tuple(each[name] for name in keys)
        if key in seen:
            faults.add(f"{where}.{keys[-1]}", key[-1], Sentence("what is not there yet", "未重复的代码"))
        seen.add(key)
    return read


def _named(each: Mapping[str, Any]) -> Sentence:
    return Sentence(each["en"], each["zh"])
