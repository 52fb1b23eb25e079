"""What is to be written for what clients want: decided by reading alone, before anything is written.

https://hl7.org/fhir/R4/http.html#trules gives the order: which resources are meant, who refers to whom, is it right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from conformance.enforcement import Judge
from conformance.judgement import Judgement
from fhir_kernel.clock import Clock
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.definitions.model import Model
from fhir_kernel.issues import Issue, to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import Query
from fhir_kernel.store.records import Change, Key, Method, Version
from fhir_kernel.store.values import Value
from fhir_server.aims import Aim, aim_of, check_body_id
from fhir_server.content import content_of, is_same, stamped
from fhir_server.intents import Criteria, Effect, Intent, Written
from fhir_server.language import LANGUAGE
from fhir_server.links import names_of, relinked
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.permitted import check_after, check_before
from fhir_server.placing import placed
from fhir_server.referring import Values, referred

Pause = Callable[[], Awaitable[None]]
"""Lets others have their turn."""
_PAUSE_AFTER = 25


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that is to be written, apart from its instant; `content` is None where it is a deletion."""

    key: Key
    method: Method
    before: int
    """The number of the version that it follows; 0: none."""
    effect: Effect
    content: Resource | None = None
    values: Mapping[str, Sequence[Value]] | None = None
    judgement: Judgement | None = None

    def change(self, now: datetime) -> Change:
        """The version, as of now."""
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        number = self.before + 1
        body = None if self.content is None else stamped(self.content, number, now)
        return Change(Version(self.key, number, now, self.method, body), self.values or {})


@dataclass(frozen=True, slots=True)
class Plan:
    """For each intent what becomes of each resource that it meant; and what must still be found when it is written."""

    steps: Sequence[Sequence[Draft | Written]]
    matched: Sequence[tuple[Query, Sequence[Key]]]

    @property
    def drafts(self) -> list[Draft]:
        return [each for step in self.steps for each in step if isinstance(each, Draft)]


@dataclass(frozen=True, slots=True)
class _Next:
    """What a resource is to become, before conditional references are resolved and it is judged."""

    key: Key
    current: Version | None
    content: Resource


_Step = _Next | Draft | Written


@dataclass(frozen=True, slots=True)
class _Meant:
    """What an intent wants of each resource that it means."""

    aim: Aim
    steps: Sequence[_Step]

    @property
    def within(self) -> str:
        return self.aim.within


class Rejected(RequestRefused):
    """A refusal because of what was found in resources; `judgements` tell of it."""

    def __init__(self, issues: Sequence[Resource], status: int, judgements: Sequence[Judgement]) -> None:
        super().__init__(issues, status)
        self.judgements = judgements


class Planner:
    """Makes plans. Keeps nothing."""

    def __init__(self, values: Values, judge: Judge | None, model: Model, clock: Clock) -> None:
        self._values, self._judge, self._model, self._clock = values, judge, model, clock

    async def plan(
        self, reader: Reader, intents: Sequence[Intent], references: Mapping[str, Criteria], pause: Pause | None
    ) -> Plan:
        """The plan for `intents`, which are one transaction. Raises RequestRefused with the issues of all that fail."""
        aims = await _each(intents, lambda intent: aim_of(reader, intent))
        _refuse_overlaps(aims)
        targets = _targets(aims)
        current = await _current(reader, [key for aim in aims if not aim.is_new for key in aim.keys])

        async def meant(aim: Aim) -> _Meant:
            return _Meant(aim, [self._meant(aim, key, current.get(key), targets) for key in aim.keys])

        wanted = await _each(aims, meant)
        links: Mapping[str, str] = {}
        if references:
            links = await referred(reader, references, _contents(wanted), self._values, self._clock())
        done = 0

        async def decided(each: _Meant) -> Sequence[Draft | Written]:
            nonlocal done
            done += 1
            if pause is not None and done % _PAUSE_AFTER == 0:
                await pause()
            return [self._decide(each.aim.intent, step, links) for step in each.steps]

        steps = await _each(wanted, decided)
        return Plan(steps, [(aim.intent.criteria.query, aim.matched) for aim in aims if aim.intent.criteria])

    def _meant(self, aim: Aim, key: Key, current: Version | None, targets: Mapping[str, str]) -> _Step:
        intent = aim.intent
        if aim.is_found:
            return Written("found", current)
        check_before(intent, key, current)
        if intent.method == "DELETE":
            return _deletion(intent, key, current)
        if intent.method == "PUT" and intent.criteria is None:
            check_body_id(intent, key.id)
        if intent.method == "PUT" and intent.criteria is not None and not aim.matched:
            _check_absent(intent.criteria, key, current)
        intent.precondition.check(current)
        if intent.change is not None:
            content = _patched(intent.change, key, current)
        else:
            content = content_of(intent.resource or {}, key)
        return _Next(key, current, relinked(content, targets, self._model) if targets else content)

    def _decide(self, intent: Intent, step: _Step, links: Mapping[str, str]) -> Draft | Written:
        if not isinstance(step, _Next):
            return step
        content = relinked(step.content, links, self._model) if links else step.content
        made = self._draft(intent.method, step.key, step.current, content)
        if isinstance(made, Draft):
            check_after(intent, made.content)
        return made

    def _draft(self, method: Method, key: Key, current: Version | None, content: Resource) -> Draft | Written:
        judgement = None
        if self._judge is not None:
            judgement = self._judge.judge(content, method=method, now=self._clock())
            if not judgement.accepted:
                raise _rejected(judgement)
            content = judgement.tagged(content)
        if current is None or current.body is None:
            before = 0 if current is None else current.number
            return Draft(key, method, before, "created", content, self._values(content), judgement)
        if is_same(content, current.body):
            return Written("unchanged", current, rows(judgement.issues if judgement else ()))
        return Draft(key, method, current.number, "updated", content, self._values(content), judgement)


def rows(issues: Sequence[Issue]) -> list[Resource]:
    """Issues as elements of an OperationOutcome, in the language of the request."""
    found: list[Resource] = to_operation_outcome(issues, LANGUAGE.get())["issue"] if issues else []
    return found


_Item = TypeVar("_Item", Intent, Aim, _Meant)
_Made = TypeVar("_Made")


async def _each(items: Sequence[_Item], make: Callable[[_Item], Awaitable[_Made]]) -> list[_Made]:
    """What `make` makes of each. Raises RequestRefused with what is wrong with all of them."""
    made: list[_Made] = []
    refusals: list[tuple[RequestRefused, str]] = []
    for item in items:
        try:
            made.append(await make(item))
        except RequestRefused as error:
            if not item.within:
                raise
            refusals.append((error, item.within))
    if refusals:
        raise _together(refusals)
    return made


def _together(refusals: Sequence[tuple[RequestRefused, str]]) -> RequestRefused:
    """One refusal for all; the first decides on the status."""
    issues = [each for error, within in refusals for each in placed(error.issues, within)]
    judgements = [each for error, _ in refusals if isinstance(error, Rejected) for each in error.judgements]
    return Rejected(issues, refusals[0][0].status, judgements)


def _rejected(judgement: Judgement) -> Rejected:
    return Rejected(rows(judgement.issues), 422, (judgement,))


def _check_absent(criteria: Criteria, key: Key, current: Version | None) -> None:
    """Raises RequestRefused (409) where a conditional update that met nothing would replace what has the body's id."""
    if current is not None and current.body is not None:
        text = f"'{criteria.text}' meets nothing, but there is a {key}, which does not meet it and is not replaced"
        raise refused("conflict", text)


def _deletion(intent: Intent, key: Key, current: Version | None) -> Draft | Written:
    intent.precondition.check(current)
    if current is None:
        return Written("absent", None)
    if current.is_deleted:
        return Written("unchanged", current)
    return Draft(key, "DELETE", current.number, "deleted")


def _patched(change: Callable[[Resource], Resource], key: Key, current: Version | None) -> Resource:
    if current is None:
        raise refused("not-found", f"There is no {key.type} with the id '{key.id}' to be patched")
    if current.body is None:
        raise refused("deleted", f"{key} was deleted as version {current.number}, and cannot be patched")
    made = change(parse_json(current.body))
    if made.get("resourceType") != key.type or made.get("id") != key.id:
        found = f"{made.get('resourceType')}/{made.get('id')}"
        raise refused("business-rule", f"The patch makes {found} of {key}; its type and id cannot be changed")
    return content_of(made, key)


def _refuse_overlaps(aims: Sequence[Aim]) -> None:
    """Raises RequestRefused (400) where two entries write one resource, or would create it under one condition."""
    seen: dict[Key | str, Intent] = {}
    for aim in aims:
        written: list[Key | str] = [] if aim.is_found else list(aim.keys)
        if aim.is_new and aim.intent.criteria is not None:
            written.append(aim.intent.criteria.text)
        for what in written:
            other = seen.setdefault(what, aim.intent)
            if other is not aim.intent:
                text = f"{other.within} and {aim.intent.within} both write {what}; expected each resource at most once"
                raise refused("invalid", text, expression=aim.intent.within)


def _targets(aims: Sequence[Aim]) -> dict[str, str]:
    """What the names of entries stand for."""
    targets: dict[str, str] = {}
    for aim in aims:
        if len(aim.keys) == 1:
            key = aim.keys[0]
            for name in names_of(aim.intent.full_url, key.type):
                if targets.setdefault(name, str(key)) != str(key):
                    text = f"'{name}' stands for {targets[name]} and for another entry; expected one entry by a name"
                    raise refused("invalid", text, expression=f"{aim.within}.fullUrl")
    return {name: target for name, target in targets.items() if name != target}


def _contents(meant: Sequence[_Meant]) -> Mapping[Key, Resource | None]:
    """What becomes of the resources that are written."""
    steps = [step for each in meant for step in each.steps]
    deleted: dict[Key, Resource | None] = {step.key: None for step in steps if isinstance(step, Draft)}
    return deleted | {step.key: step.content for step in steps if isinstance(step, _Next)}


async def _current(reader: Reader, keys: Sequence[Key]) -> Mapping[Key, Version]:
    """The current versions, deletions too."""
    if len(keys) != 1:
        return await reader.read_many(keys, deleted=True) if keys else {}
    version = await reader.read(keys[0])
    return {} if version is None else {keys[0]: version}
