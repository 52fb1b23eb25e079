"""Whether a version of the rules holds together: names that exist, states that can be reached and left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry.lifecycle.entries import Faults
from registry.lifecycle.guards import GUARDS
from registry.lifecycle.rules import Rules, Transition
from registry.model.event import INITIAL, MACHINES, Machine
from registry.model.standard import STANDARD_KINDS
from registry.people.roles import ROLES
from registry.sentence import Sentence

WINDOWS = (*STANDARD_KINDS, "amendment", "fast")
LIMITS = (
    "notice",
    "papers",
    "fast-papers",
    "letter",
    "extension",
    "extensions",
    "review",
    "review-lead",
    "fast-review",
    "abolition",
)
_PURPOSE = {
    "state": Sentence("the code of a state of the table", "状态表中的代码"),
    "guard": Sentence("the name of a guard: " + ", ".join(sorted(GUARDS)), "检查项：" + "、".join(sorted(GUARDS))),
    "role": Sentence("a role: " + ", ".join(ROLES), "角色：" + "、".join(ROLES)),
    "document": Sentence("the code of a document of the table", "文件表中的代码"),
    "machine": Sentence("one of " + ", ".join(MACHINES), "、".join(MACHINES) + " 之一"),
}


def check(rules: Rules, faults: Faults) -> None:
    """Tell what does not hold together."""
    for at, each in enumerate(rules.transitions):
        _check_transition(rules, each, f"transition[{at}]", faults)
    for state in rules.states.values():
        _known(state.holders, ROLES, f"state {state.code}.holders", "role", faults)
    for document in rules.documents.values():
        _known(document.since, _codes(rules, "text"), f"document {document.code}.since", "state", faults)
        _known(document.filers, ROLES, f"document {document.code}.filers", "role", faults)
    for at, contradiction in enumerate(rules.contradictions):
        for machine, codes in contradiction.states.items():
            _known(sorted(codes), _codes(rules, machine), f"contradiction[{at}].{machine}", "state", faults)
    _known(sorted(rules.firm), GUARDS, "override.firm", "guard", faults)
    _complete("windows", rules.windows, WINDOWS, faults)
    _complete("limits", rules.limits, LIMITS, faults)
    _check_unique(rules, faults)
    if not faults.sentences:
        _check_ways(rules, faults)


def _check_transition(rules: Rules, each: Transition, where: str, faults: Faults) -> None:
    _known(each.sources, _codes(rules, each.machine), f"{where}.from", "state", faults)
    _known([each.target], _codes(rules, each.machine), f"{where}.to", "state", faults)
    _known(each.roles, ROLES, f"{where}.roles", "role", faults)
    _known(each.guards, GUARDS, f"{where}.guards", "guard", faults)
    _known(each.documents, rules.documents, f"{where}.documents", "document", faults)
    for name, codes in (("from", each.sources), ("roles", each.roles)):
        if not codes:
            faults.add(f"{where}.{name}", None, Sentence("at least one", "至少一个"))
    for machine, moves in each.also.items():
        _known([machine], [m for m in MACHINES if m != each.machine], f"{where}.also", "machine", faults)
        if not isinstance(moves, dict) or not all(isinstance(target, str) for target in moves.values()):
            faults.add(f"{where}.also.{machine}", moves, Sentence("an object of states by state", "状态到状态的对象"))
        elif machine in MACHINES:
            _known([*moves, *moves.values()], _codes(rules, machine), f"{where}.also.{machine}", "state", faults)


def _check_unique(rules: Rules, faults: Faults) -> None:
    """An action leads from a state to one other, and means one machine."""
    seen: dict[tuple[str, str], Machine] = {}
    for at, each in enumerate(rules.transitions):
        for source in each.sources:
            if (each.action, source) in seen:
                expected = Sentence("an action that this state does not have yet", "该状态尚无的操作")
                faults.add(f"transition[{at}].action", f"{each.action} from {source}", expected)
            seen[each.action, source] = each.machine
        if any(other.action == each.action and other.machine != each.machine for other in rules.transitions):
            expected = Sentence("an action of one machine only", "只属于一个状态机的操作")
            faults.add(f"transition[{at}].action", each.action, expected)


def _check_ways(rules: Rules, faults: Faults) -> None:
    for machine in MACHINES:
        reached = _reached(rules, machine)
        for code in _codes(rules, machine):
            if code not in reached:
                expected = Sentence("a transition that leads there", "有转换可以到达")
                faults.add(f"state {machine} '{code}'", "no way in", expected)
    left = {source for each in rules.transitions if each.machine == "text" for source in each.sources}
    for (machine, code), state in rules.states.items():
        if machine == "text" and not state.is_end and code not in left:
            expected = Sentence("a transition that leaves it, or end = true", "有转换可以离开，或 end = true")
            faults.add(f"state '{code}'", "no way out", expected)
        if machine == "text" and state.is_end and code in left:
            faults.add(f"state '{code}'", "a way out", Sentence("none, since end = true", "无，因为 end = true"))


def _reached(rules: Rules, machine: Machine) -> set[str]:
    steps = list(_steps(rules, machine))
    reached, waiting = {INITIAL[machine]}, [INITIAL[machine]]
    while waiting:
        here = waiting.pop()
        new = {target for source, target in steps if source == here} - reached
        reached |= new
        waiting += new
    return reached


def _steps(rules: Rules, machine: Machine) -> Iterator[tuple[str, str]]:
    for each in rules.transitions:
        if each.machine == machine:
            yield from ((source, each.target) for source in each.sources)
        yield from each.also.get(machine, {}).items()


def _codes(rules: Rules, machine: Machine) -> list[str]:
    return [INITIAL[machine], *(code for of, code in rules.states if of == machine)]


def _known(found: Iterable[str], known: Iterable[str], where: str, purpose: str, faults: Faults) -> None:
    names = set(known)
    for each in found:
        if each not in names:
            faults.add(where, each, _PURPOSE[purpose])


def _complete(where: str, found: Iterable[str], wanted: Iterable[str], faults: Faults) -> None:
    for name in set(wanted) - set(found):
        faults.add(f"{where}.{name}", None, Sentence("a number of days", "天数"))
    for name in set(found) - set(wanted):
        faults.add(f"{where}.{name}", name, Sentence("one of " + ", ".join(wanted), "、".join(wanted) + " 之一"))
