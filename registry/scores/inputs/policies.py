"""Score policies as they were published: each version once, for the periods that begin on a day or later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, unquote

from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.policy_file import read_score_policy, shipped_policy
from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.records.keeping import all_listed, missing
from registry.refusal import refused
from registry.scores.refusing import refusing
from registry.sentence import Sentence

POLICIES = "score-policy"
POLICY = Sentence("score policy", "评分策略")


@dataclass(frozen=True, slots=True)
class PublishedPolicy(Kept):
    """A policy as it was sent, which is never changed."""

    version: str
    begin: date
    """It holds for periods that begin on this day or later, until another does."""
    text: str
    """TOML."""
    published: datetime
    by: str
    reason: str

    @property
    def policy(self) -> ScorePolicy:
        """The numbers."""
        return read_score_policy(self.text, f"score policy {self.version}")


async def published_policies(reader: Reader) -> Sequence[PublishedPolicy]:
    """In the order of the days from which they hold, those of one day as they were published."""
    found = [_policy_of(name, kept) for name, kept in await all_listed(reader, POLICIES)]
    return sorted(found, key=lambda each: (each.begin, each.published, each.version))


async def published_policy(reader: Reader, version: str) -> PublishedPolicy:
    """One by its version. Raises Refused (missing)."""
    name = quote(version, safe="")
    kept = await reader.load(POLICIES, name)
    if kept is None:
        raise missing(POLICY, version)
    return _policy_of(name, kept)


async def policy_in(reader: Reader, period: Period) -> ScorePolicy:
    """The policy by which a period is scored: the last that holds when it begins, else the one of Plumbline."""
    found = [each for each in await published_policies(reader) if each.begin <= period.begin]
    return found[-1].policy if found else shipped_policy()


async def publish_policy(
    transaction: Transaction, text: str, begin: date, *, by: str, now: datetime, reason: str
) -> PublishedPolicy:
    """Publish the policy of a text in TOML. Raises Refused: invalid with the place; conflict where it is known."""
    with refusing():
        version = read_score_policy(text, "text").version
    _check_version(version)
    if version == shipped_policy().version or await transaction.load(POLICIES, quote(version, safe="")) is not None:
        raise refused(
            "conflict",
            f"the version '{version}' is published already and never changes; expected another version",
            f"版本“{version}”已发布，不可更改；应使用新的版本号",
            "text: version",
        )
    made = PublishedPolicy(version, begin, text, now, by, reason)
    await transaction.save(POLICIES, quote(version, safe=""), made.document())
    return made


def _check_version(version: str) -> None:
    if not (0 < len(version) <= 60 and version.isprintable() and version.strip() == version):
        raise refused(
            "invalid",
            f"found '{version[:80]}'; expected a name of 1 to 60 characters",
            f"为“{version[:80]}”；应为 1 至 60 个字符的名称",
            "text: version",
        )


def _policy_of(name: str, kept: Document) -> PublishedPolicy:
    return read(PublishedPolicy, kept, version=unquote(name))
