"""Answers about policies, classes and the register of checks: how scores are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.kit import Kit
from registry.api.told import told
from registry.api.wording import sentence_of, text_of
from registry.http.faults import Fault, Misformed
from registry.http.route import Answer, Call
from registry.records.keeping import missing
from registry.scores.inputs.check_rules import CHECK, CHECK_RULES, TEST_REPORT, CheckRule, registered
from registry.scores.inputs.classes import CLASSES, ExpectedClass, all_classes
from registry.scores.inputs.entitled import decision_of, require_deciding
from registry.scores.inputs.known import content_faults
from registry.scores.inputs.policies import publish_policy, published_policies, published_policy
from registry.scores.inputs.shapes import ALL, LONGEST_CLASS
from registry.sentence import Sentence

_CLASS, _RULE = Sentence("class", "类别"), Sentence("rule of the register of checks", "检查规则")
_RULE_ID = Sentence(
    f"an id such as {CHECK}name or {TEST_REPORT}reference", f"标识，如 {CHECK}名称 或 {TEST_REPORT}引用"
)
_LONGEST_ID = 320
_CLASS_ID = Sentence(
    f"the classification of organisations, of at most {LONGEST_CLASS} characters",
    f"机构登记中的类别，不超过 {LONGEST_CLASS} 个字符",
)


class DecidingDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def classes(self, _call: Call) -> Answer:
        found = await all_classes(self._kit.store)
        return Answer({"classes": [_shown(each) for each in found.values()]})

    async def class_(self, call: Call) -> Answer:
        id_ = call.path["id"]
        newest = (await all_classes(self._kit.store)).get(id_)
        if newest is None:
            raise missing(_CLASS, id_)
        found = await CLASSES.versions(self._kit.store, id_)
        return Answer({"versions": [_shown(each) for each in found or (newest,)]})

    async def decide_class(self, call: Call) -> Answer:
        require_deciding(call.caller)
        body, id_ = call.body, _class_id(call.path["id"])
        title, decided = sentence_of(body["title"], "title"), decision_of(call.caller, text_of(body, "reason"))
        data_sets, checks = (_content(body[name]) for name in ("dataSets", "checks"))
        if faults := await content_faults(self._kit.store, data_sets, checks):
            raise Misformed(faults)

        async def work(transaction: Transaction) -> ExpectedClass:
            return await CLASSES.save_next(
                transaction, id_, lambda version: ExpectedClass(id_, title, data_sets, checks, version, decided)
            )

        return Answer(_shown(await self._kit.store.commit(work)))

    async def policies(self, _call: Call) -> Answer:
        return Answer({"policies": [told(each) for each in await published_policies(self._kit.store)]})

    async def policy(self, call: Call) -> Answer:
        return Answer(told(await published_policy(self._kit.store, call.path["version"])))

    async def publish_policy(self, call: Call) -> Answer:
        require_deciding(call.caller)
        text, begin, reason = call.body["text"], call.body["begin"], text_of(call.body, "reason")
        by, now = call.caller.known().id, call.now

        async def work(transaction: Transaction) -> Any:
            return told(await publish_policy(transaction, text, begin, by=by, now=now, reason=reason))

        return Answer(await self._kit.store.commit(work))

    async def rules(self, _call: Call) -> Answer:
        return Answer({"rules": [told(each) for each in (await registered(self._kit.store)).values()]})

    async def rule(self, call: Call) -> Answer:
        found = (await registered(self._kit.store)).get(call.path["id"])
        if found is None:
            raise missing(_RULE, call.path["id"])
        return Answer(told(found))

    async def decide_rule(self, call: Call) -> Answer:
        require_deciding(call.caller)
        id_, body = call.path["id"], call.body
        _check_id(id_)
        _check_days(body)
        title, fix = (sentence_of(body[name], name) for name in ("title", "fix"))
        decided, clause = decision_of(call.caller, text_of(body, "reason")), text_of(body, "clause")
        more = {
            name: body[name]
            for name in ("dimension", "severity", "strength", "weight", "since", "until")
            if name in body
        }

        async def work(transaction: Transaction) -> CheckRule:
            def made(version: int) -> CheckRule:
                return CheckRule(id_, title, fix, clause=clause, version=version, decided=decided, **more)

            return await CHECK_RULES.save_next(transaction, id_, made)

        return Answer(told(await self._kit.store.commit(work)))


def _content(said: Any) -> tuple[str, ...] | None:
    return None if said == ALL else tuple(dict.fromkeys(said))


def _shown(found: ExpectedClass) -> Mapping[str, Any]:
    content = {"dataSets": found.data_sets, "checks": found.checks}
    return {**told(found), **{name: ALL if each is None else list(each) for name, each in content.items()}}


def _class_id(said: str) -> str:
    if not (said.isprintable() and said.strip() == said and len(said) <= LONGEST_CLASS):
        raise Misformed([Fault("id", said, _CLASS_ID)])
    return said


def _check_id(id_: str) -> None:
    name = id_.removeprefix(CHECK).removeprefix(TEST_REPORT)
    is_plain = id_.isprintable() and " " not in id_ and len(id_) <= _LONGEST_ID
    if not (is_plain and name and id_.startswith((CHECK, TEST_REPORT))):
        raise Misformed([Fault("id", id_, _RULE_ID)])


def _check_days(body: Mapping[str, Any]) -> None:
    since: date = body.get("since", date.min)
    if "until" in body and body["until"] <= since:
        later = Sentence(f"a day after {since}", f"晚于 {since} 的日期")
        raise Misformed([Fault("until", body["until"].isoformat(), later)])
