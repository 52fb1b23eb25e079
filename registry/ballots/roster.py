"""Who may vote: frozen when a ballot opens; drafters, the lead unit and whoever declared an interest are recused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from fhir_kernel.store.records import Document
from registry.ballots.profile import VoteProfile
from registry.refusal import refused
from registry.sentence import Sentence
from registry.units import Unit

NO_UNITS: Mapping[str, Unit] = MappingProxyType({})
Why = Literal["drafter", "lead-unit", "drafting-unit", "declared"]
WHYS: Mapping[Why, Sentence] = MappingProxyType(
    {
        "drafter": Sentence("has drafted what is voted on", "参与了标准起草"),
        "lead-unit": Sentence("belongs to the lead unit", "所在单位为牵头起草单位"),
        "drafting-unit": Sentence("belongs to a drafting unit", "所在单位为起草单位"),
        "declared": Sentence("has declared an interest", "已声明利益关系"),
    }
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the committee, and for which unit."""

    id: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Drafter:
    """A member of the drafting group, present or past, and of which unit."""

    person: str
    unit: str


@dataclass(frozen=True, slots=True)
class Recusal:
    """Why a member does not vote; `reason` is what the member declared."""

    member: str
    why: Why
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """All members, and those of them who are recused."""

    members: tuple[Member, ...]
    recusals: tuple[Recusal, ...] = ()

    @property
    def voters(self) -> tuple[Member, ...]:
        """The members who may vote; only they are counted."""
        recused = {each.member for each in self.recusals}
        return tuple(each for each in self.members if each.id not in recused)

    def recusal(self, member: str) -> Recusal | None:
        """Why a member does not vote."""
        return next((each for each in self.recusals if each.member == member), None)

    def document(self) -> Document:
        """As it is kept."""
        return {
            "members": [{"id": each.id, "name": each.name, "unit": each.unit} for each in self.members],
            "recusals": [{"member": each.member, "why": each.why, "reason": each.reason} for each in self.recusals],
        }


def roster_of(kept: Mapping[str, Any]) -> Roster:
    """The roster that was kept as a document."""
    return Roster(
        tuple(Member(each["id"], each["name"], each["unit"]) for each in kept["members"]),
        tuple(Recusal(each["member"], each["why"], each["reason"]) for each in kept["recusals"]),
    )


def freeze(
    members: Sequence[Member],
    *,
    drafters: Iterable[Drafter],
    lead_units: Iterable[str],
    declared: Mapping[str, str],
    profile: VoteProfile,
    units: Mapping[str, Unit] = NO_UNITS,
) -> Roster:
    """The roster for a ballot; `declared` gives what members said of their interests. Raises Refused.

    `units` are those that are known by what is said of them; any other goes by its name.

    Refused are a member who stands in it twice, a declaration of somebody else, and too few who may vote.
    """
    twice = sorted(each for each, count in Counter(each.id for each in members).items() if count > 1)
    if twice:
        raise refused(
            "invalid",
            f"members stand in it twice: {', '.join(twice)}",
            f"委员重复：{'、'.join(twice)}",
            where="members",
        )
    strangers = sorted(declared.keys() - {each.id for each in members})
    if strangers:
        said = ", ".join(strangers)
        raise refused("invalid", f"no members: {said}; expected members", f"{said} 不是委员", where="declared")
    leading, group = tuple(lead_units), _Group(tuple(drafters), units)
    recusals = [_recusal(each, group, leading, declared, profile) for each in members]
    roster = Roster(tuple(members), tuple(each for each in recusals if each is not None))
    _check_size(roster, profile)
    return roster


@dataclass(frozen=True, slots=True)
class _Group:
    drafters: Sequence[Drafter]
    units: Mapping[str, Unit]

    def has_unit(self, wanted: str, among: Iterable[str]) -> bool:
        """Whether a unit is one of others, by what is said of them."""
        return any(self._unit(wanted).is_same(self._unit(each)) for each in among)

    def _unit(self, said: str) -> Unit:
        return self.units.get(said) or Unit(said)


def _recusal(
    member: Member, group: _Group, lead_units: Sequence[str], declared: Mapping[str, str], profile: VoteProfile
) -> Recusal | None:
    if any(each.person == member.id for each in group.drafters):
        return Recusal(member.id, "drafter")
    if group.has_unit(member.unit, lead_units):
        return Recusal(member.id, "lead-unit")
    if profile.excludes_drafting_units and group.has_unit(member.unit, [each.unit for each in group.drafters]):
        return Recusal(member.id, "drafting-unit")
    return Recusal(member.id, "declared", declared[member.id]) if member.id in declared else None


def _check_size(roster: Roster, profile: VoteProfile) -> None:
    found = len(roster.voters)
    if found < profile.least_members:
        raise refused(
            "invalid",
            f"{found} members may vote; expected at least {profile.least_members}",
            f"有表决权的委员为 {found} 人；应不少于 {profile.least_members} 人",
            where="members",
        )
