"""What is missing for a transition: one judgement for those who ask what is possible and for those who do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.lifecycle.guards import GUARDS, Question
from registry.lifecycle.rules import Rules, Transition
from registry.model.case import Actor, Case
from registry.model.event import Machine, Move
from registry.people.roles import ANYONE, missing_role
from registry.sentence import Sentence

_PASSES = "package-passes"


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing, by whether a role could be given, papers filed, or whether nobody may pass over it."""

    role: tuple[Sentence, ...] = ()
    guards: tuple[Sentence, ...] = ()
    """Of guards that an authority may override, and of documents."""
    firm: tuple[Sentence, ...] = ()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All of it."""
        return (*self.role, *self.guards, *self.firm)


def lack(asked: Question) -> Lack:
    """What is missing for the transition that is asked about, whose source the case is in."""
    rules, guards = asked.rules, asked.transition.guards
    return Lack(
        role=tuple(_roles(asked)),
        guards=(
            *missing_documents(asked.case, asked.transition, rules),
            *(each for name in guards if name not in rules.firm for each in GUARDS[name](asked)),
        ),
        firm=(
            *(each for name in guards if name in rules.firm for each in GUARDS[name](asked)),
            *_contradictions(asked),
        ),
    )


def role_of(transition: Transition, actor: Actor) -> str | None:
    """The role by which they may do it, the first that the table names."""
    return next((each for each in transition.roles if each in actor.roles or each == ANYONE), None)


def missing_documents(case: Case, transition: Transition, rules: Rules) -> Sequence[Sentence]:
    """The documents that have to be filed before, or anew."""
    return [each for code in transition.documents for each in _missing_document(case, code, rules)]


def evidence_of(case: Case, transition: Transition) -> tuple[str, ...]:
    """The digests of what the transition rests on: the documents that it asks for, and the package that must pass."""
    filed = [case.newest(code) for code in transition.documents]
    package = case.facts.package if _PASSES in transition.guards and case.project.has_package else None
    return tuple(dict.fromkeys(each.digest for each in (*filed, package) if each is not None))


def moves_of(case: Case, transition: Transition) -> tuple[Move, ...]:
    """Everything that moves, the machine of the transition first."""
    states = case.progress.states
    own = Move(transition.machine, states[transition.machine], transition.target)
    also = [
        Move(machine, states[machine], moves[states[machine]])
        for machine, moves in transition.also.items()
        if states[machine] in moves
    ]
    return (own, *also)


def _roles(asked: Question) -> Iterator[Sentence]:
    if role_of(asked.transition, asked.actor) is None:
        project = asked.case.project
        yield missing_role(
            Sentence(f"'{asked.transition.name.en}'", f"“{asked.transition.name.zh}”"),
            asked.transition.roles,
            committee=project.committee or None,
            group=project.group or None,
            jurisdiction=project.jurisdiction,
        )


def _missing_document(case: Case, code: str, rules: Rules) -> Iterator[Sentence]:
    kind, found = rules.documents[code], case.newest(code)
    since = case.progress.entered_last(kind.since)
    en, zh = kind.name.en, kind.name.zh
    if found is None:
        yield Sentence(f"the document '{en}' ({zh}) is missing", f"缺少文件“{zh}”")
    elif since is not None and found.filed < since:
        state = rules.state("text", max(kind.since, key=lambda each: _entered(case, each)))
        yield Sentence(
            f"the document '{en}' ({zh}) was filed before {state.code}; it has to be filed anew",
            f"文件“{zh}”早于 {state.code} 提交，须重新提交",
        )


def _entered(case: Case, state: str) -> float:
    entered = case.progress.entered.get(state)
    return 0.0 if entered is None else entered.timestamp()


def _contradictions(asked: Question) -> Iterator[Sentence]:
    yield from contradictions(after(asked.case.progress.states, moves_of(asked.case, asked.transition)), asked.rules)


def after(states: Mapping[Machine, str], moves: Sequence[Move]) -> Mapping[Machine, str]:
    """The states after moves."""
    return {**states, **{each.machine: each.target for each in moves}}


def contradictions(states: Mapping[Machine, str], rules: Rules) -> Sequence[Sentence]:
    """Which states of different machines must not be at the same time, but are."""
    return [each.sentence for each in rules.contradictions if each.is_met(states)]
