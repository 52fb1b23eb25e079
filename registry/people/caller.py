"""Who asks: a person with what was granted to them, or somebody of the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.people.grants import Grant, has_role_over, roles_for
from registry.people.person import Person
from registry.people.refusals import NotLoggedIn
from registry.people.roles import ADMINISTRATOR, missing_role
from registry.people.scope import Scope
from registry.refusal import Refused
from registry.sentence import Sentence
from registry.units import NO_UNIT, Unit

NEEDS_ADMINISTRATOR = Sentence("this needs the role administrator", "此操作需要角色：系统管理员")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks, as things stood when the request came in at `now`."""

    address: str
    """The network address, as limits count it."""
    now: datetime
    person: Person | None = None
    """None: somebody of the public."""
    grants: tuple[Grant, ...] = ()
    """All that were ever given to the person, those that are over too."""
    session: str = ""
    """The name under which the session is kept."""
    unit: Unit = NO_UNIT
    """Whom the person works for."""

    def roles(
        self, *, committee: str | None = None, group: str | None = None, jurisdiction: str | None = None
    ) -> frozenset[str]:
        """The codes of the roles for a case at these places."""
        return roles_for(self.grants, committee=committee, group=group, jurisdiction=jurisdiction, now=self.now)

    def known(self) -> Person:
        """The person. Raises NotLoggedIn where there is none."""
        if self.person is None:
            raise NotLoggedIn(Sentence("this needs a person who is logged in", "此操作需要先登录"))
        return self.person

    def require(
        self,
        what: Sentence,
        *roles: str,
        committee: str | None = None,
        group: str | None = None,
        jurisdiction: str | None = None,
    ) -> str:
        """The first of the roles that the caller has for a case at these places.

        Raises NotLoggedIn, or Refused (forbidden) that says which role `what` needs.
        """
        held = self.roles(committee=committee, group=group, jurisdiction=jurisdiction)
        for role in roles:
            if role in held:
                return role
        sentence = missing_role(what, roles, committee=committee, group=group, jurisdiction=jurisdiction)
        raise Refused("forbidden", (sentence,)) if self.person is not None else NotLoggedIn(sentence)

    def is_administrator(self, scope: Scope | None = None) -> bool:
        """Whether they administer the whole of a scope; without one, whatever there is of them."""
        if scope is not None:
            return has_role_over(self.grants, ADMINISTRATOR, scope, self.now)
        return any(each.role == ADMINISTRATOR and each.holds(self.now) for each in self.grants)

    def require_administrator(self) -> None:
        """Raises NotLoggedIn, or Refused (forbidden) where they administer nothing."""
        self.known()
        if not self.is_administrator():
            raise Refused("forbidden", (NEEDS_ADMINISTRATOR,))
