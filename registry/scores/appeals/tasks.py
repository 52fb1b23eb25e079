"""A case as a Task (https://hl7.org/fhir/R4/task.html), so that it can be read and searched like any other resource.

`for` is the institution that it concerns, `restriction.period` ends with the deadline, `note` tells every step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from types import MappingProxyType

from fhir_kernel.resource import Resource
from fhir_server.identity.audit import ORGANISATION
from fhir_server.identity.deeds import PERSON
from registry.scores.appeals.case import Appeal, Case, CaseEvent, Order
from registry.scores.appeals.lifecycle import APPEAL, ORDER, Lifecycle
from registry.sentence import Sentence

CASE, SNAPSHOT, RULE = (f"https://plumbline.dev/fhir/sid/score-{each}" for each in ("case", "snapshot", "rule"))
"""The identifier systems of cases, snapshots and rules."""
CODES = "https://plumbline.dev/fhir/CodeSystem/score-case"
"""Of what kind a case is, of what kind an appeal, what an input or output says, and what came of it."""
_PRIORITY: Mapping[str, str] = MappingProxyType({"critical": "stat", "major": "urgent"})
_NARRATIVE = "http://www.w3.org/1999/xhtml"


def task_of(case: Case, past: Sequence[CaseEvent]) -> Resource:
    """The Task of a case after the events of its past."""
    return _appeal(case, past) if isinstance(case, Appeal) else _order(case, past)


def _appeal(case: Appeal, past: Sequence[CaseEvent]) -> Resource:
    said = Sentence(
        f"Appeal of {case.name} against rule {case.rule} in snapshot {case.snapshot}",
        f"{case.name}对快照 {case.snapshot} 中规则 {case.rule} 的申诉",
    )
    inputs = [_said("rule", case.rule), _said("grounds", case.text)]
    inputs += [
        _said("example", f"{each.resource}#{each.path}" if each.path else each.resource) for each in case.examples
    ]
    receiver = next((each.by for each in past if each.action == "receive"), "")
    return {
        **_common(APPEAL, case, past, said, case.filed),
        **({"businessStatus": _code(case.outcome)} if case.outcome else {}),
        "intent": "proposal",
        "focus": _named(SNAPSHOT, case.snapshot, f"score snapshot {case.snapshot}"),
        "requester": _institution(case),
        **({"owner": _person(receiver)} if receiver else {}),
        "reasonCode": _code(case.kind),
        "restriction": {"period": {"start": _instant(case.filed), "end": case.decide_by.isoformat()}},
        "input": inputs,
        **({"output": [_said("erratum", case.erratum)]} if case.erratum else {}),
    }


def _order(case: Order, past: Sequence[CaseEvent]) -> Resource:
    said = Sentence(
        f"Order that {case.name} mend what breaks rule {case.rule}", f"责令{case.name}整改规则 {case.rule} 的问题"
    )
    outputs = [_counted("judged", case.judged), _counted("passed", case.passed)] if case.judged else []
    return {
        **_common(ORDER, case, past, said, case.issued),
        "intent": "order",
        "priority": _PRIORITY.get(case.severity, "routine"),
        "focus": _named(RULE, case.rule, case.rule),
        "requester": _person(case.issued_by),
        "owner": _institution(case),
        "reasonCode": _code(case.severity),
        "restriction": {"period": {"start": _instant(case.issued), "end": case.due.isoformat()}},
        "input": [
            _said("grounds", case.text),
            _counted("records", case.records),
            _counted("share", case.share),
            {"type": _code("since"), "valueDate": case.since.isoformat()},
        ],
        **({"output": outputs} if outputs else {}),
    }


def _common(
    lifecycle: Lifecycle, case: Case, past: Sequence[CaseEvent], said: Sentence, authored: datetime
) -> Resource:
    last = past[-1]
    ended = {} if case.is_open else {"end": _instant(last.instant)}
    because = {"text": last.reason} if case.state in ("rejected", "cancelled") else None
    return {
        "resourceType": "Task",
        "id": case.id,
        "text": {"status": "generated", "div": f'<div xmlns="{_NARRATIVE}">{escape(f"{said.en} · {said.zh}")}</div>'},
        "identifier": [{"system": CASE, "value": case.id}],
        "status": case.state,
        **({"statusReason": because} if because else {}),
        "code": _code(lifecycle.code, lifecycle.name.en),
        "description": f"{said.en} · {said.zh}",
        "for": _institution(case),
        "executionPeriod": {"start": _instant(authored), **ended},
        "authoredOn": _instant(authored),
        "lastModified": _instant(last.instant),
        "note": list(_notes(past)),
    }


def _notes(past: Sequence[CaseEvent]) -> Iterator[Resource]:
    for each in past:
        author = {"authorReference": _person(each.by)} if each.by else {"authorString": "Plumbline"}
        text = f"{each.action}: {each.reason}" if each.reason else each.action
        yield {**author, "time": _instant(each.instant), "text": text}


def _institution(case: Case) -> Resource:
    return {"type": "Organization", **_named(ORGANISATION, case.institution, case.name)}


def _person(id_: str) -> Resource:
    return {"type": "Practitioner", "identifier": {"system": PERSON, "value": id_}}


def _named(system: str, value: str, display: str) -> Resource:
    return {"identifier": {"system": system, "value": value}, "display": display}


def _said(what: str, text: str) -> Resource:
    return {"type": _code(what), "valueString": text}


def _counted(what: str, count: int) -> Resource:
    return {"type": _code(what), "valueInteger": count}


def _code(code: str, text: str = "") -> Resource:
    return {"coding": [{"system": CODES, "code": code}], **({"text": text} if text else {})}


def _instant(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds")
