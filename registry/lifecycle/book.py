"""The book of rules: every version that ever held or will hold, by the instant from which it does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from registry.lifecycle.reading import rules_of, shipped_rules
from registry.lifecycle.rules import Rules
from registry.refusal import Refused
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Book:
    """Versions in the order of time; the first holds for all that came before it, too. `zone` is that of local days."""

    versions: tuple[Rules, ...]
    zone: tzinfo = UTC

    def at(self, instant: datetime) -> Rules:
        """What holds at an instant."""
        at = bisect_right(self.versions, instant, key=lambda each: each.begins)
        return self.versions[max(at - 1, 0)]

    def named(self, name: str) -> Rules | None:
        """The version that an event names."""
        return next((each for each in self.versions if each.name == name), None)

    def today(self, now: datetime) -> date:
        """The local day of an instant."""
        return now.astimezone(self.zone).date()

    def adding(self, document: Mapping[str, Any], now: datetime) -> tuple[Book, Rules]:
        """The book with one more version. Raises Refused (invalid): faults, or days that are past or taken."""
        rules = rules_of(document)
        faults = [*self._of_time(rules, now), *self._of_states(rules)]
        if faults:
            raise Refused("invalid", faults, where="rules")
        versions = sorted((*self.versions, rules), key=lambda each: each.begins)
        return Book(tuple(versions), self.zone), rules

    def _of_time(self, rules: Rules, now: datetime) -> list[Sentence]:
        found = rules.begins.isoformat()
        faults = []
        if rules.begins < now:
            en = f"begins: found {found}; expected an instant after now, for what was judged stays judged as it was"
            faults.append(Sentence(en, f"begins：现为 {found}；应晚于当前时刻，已作出的判断不再改变"))
        for each in self.versions:
            if each.begins == rules.begins:
                faults.append(
                    Sentence(
                        f"begins: found {found}; expected another instant, for version {each.name} begins then",
                        f"begins：现为 {found}；应为其他时刻，版本 {each.name} 已从此时开始",
                    )
                )
            if each.name == rules.name:
                faults.append(
                    Sentence(
                        f"version: found {rules.name}; expected a version that is not there yet",
                        f"version：现为 {rules.name}；应为尚不存在的版本",
                    )
                )
        return faults

    def _of_states(self, rules: Rules) -> list[Sentence]:
        """Projects may be in any state of the other versions, so that each must have all of them."""
        lost = sorted({key for each in self.versions for key in each.states} - set(rules.states))
        return [
            Sentence(
                f"state: found no {machine} '{code}'; expected all states of other versions, for projects may be there",
                f"state：缺少 {machine} “{code}”；应保留以前版本的全部状态，因为可能有项目处于该状态",
            )
            for machine, code in lost
        ]


def book_of(documents: Sequence[Mapping[str, Any]] = (), zone: tzinfo = UTC) -> Book:
    """The book of the shipped rules and of the versions that administrators have added."""
    versions = [shipped_rules(), *(rules_of(each) for each in documents)]
    return Book(tuple(sorted(versions, key=lambda each: each.begins)), zone)
