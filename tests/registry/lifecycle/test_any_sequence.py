"""Whatever people do in whatever order: no state is reached against what it asks for.

What each state asks for is written down here once more, in plain terms and apart from the guards.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from registry.lifecycle.advance import advance
from registry.lifecycle.missing import contradictions
from registry.lifecycle.possible import possible
from registry.model.case import Act, Actor
from registry.model.event import Event
from registry.model.facts import Facts
from registry.model.progress import progress_of, replay
from registry.people.roles import ROLES
from tests.registry.lifecycle.world import BOOK, DAY, NOW, ROAD, RULES, WAITS, facts, new_case, ready

MAY_ENTER = {
    "00.20": {"S"},
    "10.99": {"M"},
    "20.00": {"M", "L"},
    "20.60": {"LU"},
    "30.20": {"S"},
    "30.60": {"S"},
    "30.99": {"LU"},
    "40.20": {"S"},
    "40.99": {"S"},
    "50.99": {"I", "L"},
    "60.00": {"N"},
    "60.60": {"N"},
    "95.20": {"M"},
}
ASKS_FOR = {
    "00.00": lambda case, now: case.project.need and case.project.scope and case.project.owner,
    "00.20": lambda case, now: case.project.duplicates_searched,
    "10.20": lambda case, now: case.project.lead_unit and case.project.overlap_searched,
    "10.99": lambda case, now: case.project.notice.closes <= now and case.project.plan_number and case.plan,
    "20.00": lambda case, now: case.plan.decreed <= now.date(),
    "20.60": lambda case, now: case.facts.package.errors == 0,
    "30.20": lambda case, now: case.facts.consultation.closes > now and case.facts.package.errors == 0,
    "30.60": lambda case, now: case.facts.consultation.closes <= now,
    "30.99": lambda case, now: not case.facts.consultation.undisposed and not case.facts.consultation.is_major,
    "40.20": lambda case, now: case.facts.ballot.is_roster_frozen and not case.facts.ballot.not_recused,
    "40.60": lambda case, now: case.facts.ballot.is_closed,
    "40.99": lambda case, now: case.facts.ballot.is_passed,
    "60.00": lambda case, now: case.edition.number and not case.facts.number_taken_by,
    "60.60": lambda case, now: (
        case.edition.in_force > case.edition.published
        and case.facts.package.is_signed
        and case.facts.package.staging == ()
        and not case.facts.package.errors
    ),
    "90.93": lambda case, now: case.facts.ballot.is_passed and case.facts.ballot.conclusion == "keep",
    "90.99": lambda case, now: case.facts.ballot.is_passed and case.facts.ballot.conclusion == "propose-abolition",
}
COMES_AFTER = {
    "30.20": "20.60",
    "40.00": "30.99",
    "50.00": "40.99",
    "60.00": "50.99",
    "60.60": "60.00",
    "95.99": "60.60",
}
SPOILT = (
    ("package", {"errors": 2}),
    ("package", {"is_signed": False}),
    ("package", {"staging": None}),
    ("consultation", {"undisposed": 1}),
    ("consultation", {"is_major": True}),
    ("consultation", {"closes": NOW + 9000 * DAY}),
    ("ballot", {"is_closed": False, "is_passed": False}),
    ("ballot", {"is_passed": False}),
    ("ballot", {"is_roster_frozen": False}),
    ("ballot", {"not_recused": ("Li",)}),
    ("edition", {"in_force": date(2026, 1, 1)}),
    ("project", {"lead_unit": ""}),
    ("project", {"duplicates_searched": None}),
)
WAY = (
    "start-package",
    *ROAD,
    "start-review",
    "conclude-review",
    "propose-abolition",
    "give-notice-of-abolition",
    "abolish",
)
ACTIONS = sorted({each.action for each in RULES.transitions})
roles = st.sets(st.sampled_from(sorted(set(ROLES) - {"authority"}))).map(lambda found: frozenset(found | {"A"}))
OFFICER = Actor("officer", frozenset(ROLES) - {"authority"})


def spoilt(case, which, changes):
    """The case with something of it, or of its facts, changed for the worse."""
    holder = case if which in ("edition", "project") else case.facts
    found = getattr(holder, which)
    if found is None:
        return case
    worse = replace(holder, **{which: replace(found, **changes)})
    return worse if holder is case else replace(case, facts=worse)


class Lifecycle(RuleBasedStateMachine):
    """People who act in any order, on a case whose facts change as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.case, self.now, self.events = new_case(), NOW, []

    @rule(days=st.integers(0, 60))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule(years=st.integers(1, 6))
    @precondition(lambda self: self.case.state >= "60.60")
    def years_pass(self, years):
        self.now += timedelta(days=365 * years)

    @rule(action=st.sampled_from(ACTIONS))
    def somebody_prepares(self, action):
        self.case = ready(self.case, action, self.now)

    @rule(spoil=st.sampled_from(SPOILT))
    def something_is_spoilt(self, spoil):
        self.case = spoilt(self.case, *spoil)

    @rule()
    def documents_are_lost(self):
        self.case = replace(self.case, documents=(), group=None)

    @rule()
    def facts_are_lost(self):
        self.case = replace(self.case, facts=Facts())

    @rule(action=st.sampled_from(ACTIONS), roles=roles, reason=st.sampled_from(["", "because"]))
    def somebody_acts(self, action, roles, reason):
        self._act(action, Actor("somebody", roles), reason)

    @rule(data=st.data(), roles=roles)
    def somebody_acts_as_suggested(self, data, roles):
        actor = Actor("somebody", roles)
        suggested = [each.action for each in possible(self.case, actor, self.now, BOOK) if not each.missing]
        if suggested:
            assert isinstance(self._act(data.draw(st.sampled_from(suggested)), actor, "because"), Event)

    @rule(steps=st.integers(1, len(WAY)))
    def the_work_goes_on(self, steps):
        """Each step is tried with everything spoilt in turn, then it is done."""
        for _ in range(steps):
            action = next((each for each in WAY if self._is_next(each)), None)
            if action is None:
                return
            self.now += WAITS.get(action, 16 * DAY)
            whole = ready(self.case, action, self.now)
            for spoil in SPOILT:
                self.case = spoilt(whole, *spoil)
                self._outcome(action, OFFICER, "because")
            self.case = whole
            self._act(action, OFFICER, "because")

    @invariant()
    def the_events_give_the_state(self):
        assert replay(self.events) == self.case.progress
        assert progress_of(self.case.progress.document()) == self.case.progress

    @invariant()
    def no_machine_contradicts_another(self):
        assert contradictions(self.case.progress.states, RULES) == []

    def _is_next(self, action):
        (found,) = RULES.named(action)
        states = self.case.progress.states
        is_time = action != "start-package" or states["text"] == "20.20"
        return is_time and states[found.machine] in found.sources

    def _act(self, action, actor, reason):
        outcome = self._outcome(action, actor, reason)
        if isinstance(outcome, Event):
            self.events.append(outcome)
            self.case = replace(self.case, progress=self.case.progress.after(outcome))
        return outcome

    def _outcome(self, action, actor, reason):
        outcome = advance(self.case, Act(action, reason), actor, self.now, BOOK)
        if isinstance(outcome, Event):
            self._check(outcome, actor)
        return outcome

    def _check(self, event, actor):
        assert event.number == len(self.events) + 1
        assert event.role in actor.roles
        for move in event.moves:
            assert self.case.progress.states[move.machine] == move.source
        if event.machine == "text" and event.source != event.target:
            assert MAY_ENTER.get(event.target, actor.roles) & actor.roles
            assert ASKS_FOR.get(event.target, lambda case, now: True)(self.case, self.now), event
            before = COMES_AFTER.get(event.target)
            assert before is None or before in self._visited(), event

    def _visited(self):
        return {each.target for each in self.events}


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_oracle_speaks_of_states_that_there_are():
    codes = {code for machine, code in RULES.states if machine == "text"}
    assert {*MAY_ENTER, *ASKS_FOR, *COMES_AFTER} <= codes
    assert facts("publish", NOW).package is not None
