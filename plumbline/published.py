"""Judges by the standards that are published in the store, as soon as they are, besides what the server is set to.

Each process that serves looks every few seconds whether the rules have changed; then it makes a new judge of them, on a
thread, while the one before answers. So a publication, a moved date or an abolition needs no restart.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from conformance.enforcement import Judge
from conformance.judgement import Judgement
from conformance.rules_in_force import Rule
from conformance.scoring.rules.model import RuleList
from fhir_kernel.errors import PlumblineError, StoreUnavailable
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Method
from registry.enforcement.published import published, token_of
from registry.enforcement.rules import RuleSet
from registry.packages.contents import definitions_in
from registry.scores.lists import keep_lists

_LOG = logging.getLogger("plumbline.published")


class ScoringJudge(Judge, Protocol):
    """A judge who says of what it judges which elementary rules were met."""

    @property
    def lists(self) -> Mapping[str, RuleList]:
        """The rules, by the digests of their lists."""


Make = Callable[[Sequence[Resource], Sequence[Rule]], ScoringJudge]
"""A judge over further definitions and rules; takes a while."""


class PublishedJudge:
    """Implements conformance.enforcement.Judge; tasks of one event loop may share it."""

    def __init__(
        self,
        make: Make,
        limits: ArchiveLimits,
        told: Callable[[Sequence[Resource]], None] = lambda _definitions: None,
    ) -> None:
        """`told` hears of the definitions of all published standards when they change."""
        self._make, self._limits, self._told = make, limits, told
        self._judge, self._token = make((), ()), ""
        self._kept_in: Store | None = None
        """The store that holds the lists of the judge."""
        self._definitions: Mapping[str, Sequence[Resource]] = {}
        """Of the archives that rules need, by digest."""

    @property
    def lists(self) -> Mapping[str, RuleList]:
        """The elementary rules by which records are scored, by the digests of their lists."""
        return self._judge.lists

    @property
    def current(self) -> ScoringJudge:
        """Who judges now, and will not judge by other rules when others are published."""
        return self._judge

    def judge(self, resource: Resource, *, method: Method, now: datetime, profiles: Sequence[str] = ()) -> Judgement:
        """What comes of writing `resource` at the instant `now`, by all that has been taken up."""
        return self._judge.judge(resource, method=method, now=now, profiles=profiles)

    async def take_up(self, store: Store) -> bool:
        """Judge by the rules of the store from now on; whether there were others. Raises StoreError, Refused."""
        if await token_of(store) == self._token:
            await self._keep_lists(store, self._judge)
            return False
        found = await published(store)
        definitions = {each.digest: await self._definitions_of(store, each) for each in found.sets}
        resources = [each for row in definitions.values() for each in row]
        rules = [each.rule for row in found.sets for each in row.rules]
        judge = await asyncio.to_thread(self._make, resources, rules)
        await self._keep_lists(store, judge)
        self._judge, self._token, self._definitions = judge, found.token, definitions
        self._told(resources)
        return True

    async def _keep_lists(self, store: Store, judge: ScoringJudge) -> None:
        """What evidence names must be there before the evidence is."""
        if self._kept_in is not store or judge is not self._judge:
            await keep_lists(store, judge.lists.values())
            self._kept_in = store

    async def _definitions_of(self, store: Store, rules: RuleSet) -> Sequence[Resource]:
        known = self._definitions.get(rules.digest)
        if known is not None:
            return known
        content = await store.kept(rules.digest)
        if content is None:
            raise StoreUnavailable(f"the archive of {rules.name} is not in the store; restore it from a backup")
        return await asyncio.to_thread(definitions_in, content, self._limits)


async def keep_published(judge: PublishedJudge, store: Store, seconds: float) -> None:
    """Look every few seconds for other rules; never ends. What goes wrong is told and tried again."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await judge.take_up(store)
        except PlumblineError as error:
            _LOG.warning("the rules of published standards are not taken up: %s", error)
