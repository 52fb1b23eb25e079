"""The register of rules that no record is judged by: checks of security (D7) and tests of interfaces (D6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from conformance.scoring.model import Rule, Severity, Strength
from fhir_kernel.store.base import Reader
from registry.model.codec import Kept
from registry.scores.inputs.versions import NOBODY, Attribution, VersionShelf
from registry.sentence import Sentence

CHECK, TEST_REPORT = "check:", "testreport:"
"""What the ids begin with."""
CheckDimension = Literal["D6", "D7"]


@dataclass(frozen=True, slots=True)
class CheckRule(Kept):
    """One such rule, and the clause that it serves."""

    id: str
    title: Sentence
    fix: Sentence
    """What to do where it fails."""
    dimension: CheckDimension = "D7"
    severity: Severity = "major"
    strength: Strength = "SHALL"
    clause: str = ""
    weight: int = 1
    since: date = date.min
    until: date | None = None
    """The first day on which it is not asked any more."""
    version: int = 0
    """0 for those that come with Plumbline."""
    decided: Attribution = NOBODY

    @property
    def rule(self) -> Rule:
        """As scores take it."""
        return Rule(
            self.id,
            self.severity,
            self.dimension,
            clause=self.clause,
            strength=self.strength,
            since=self.since,
            until=self.until,
            weight=float(self.weight),
        )


SHIPPED: Mapping[str, CheckRule] = MappingProxyType(
    {
        each.id: each
        for each in (
            CheckRule(
                f"{CHECK}real-name-tokens",
                Sentence("Every token belongs to a person or a system known by name", "访问令牌均对应实名用户或系统"),
                Sentence(
                    "Withdraw tokens of nobody in particular, and give everybody one of their own",
                    "停用非实名令牌，按人或系统发放",
                ),
                severity="critical",
            ),
            CheckRule(
                f"{CHECK}audit",
                Sentence("Every access to records stands in the audit trail", "对记录的访问均有审计日志"),
                Sentence(
                    "Find the accesses without an entry, and write one for each way in",
                    "查明未记录的访问途径并补齐日志",
                ),
                severity="critical",
            ),
            CheckRule(
                f"{CHECK}tls",
                Sentence("Records travel by TLS only", "数据传输均使用 TLS 加密"),
                Sentence("Close the ways in that are not encrypted", "关闭未加密的接口"),
            ),
            CheckRule(
                f"{CHECK}restore-drill",
                Sentence("A backup was restored, and what came back is what was kept", "已做备份恢复演练且数据一致"),
                Sentence("Restore the last backup elsewhere and compare", "在其他环境恢复最近备份并比对"),
            ),
        )
    }
)
"""Those that come with Plumbline, until somebody decides otherwise."""
CHECK_RULES: VersionShelf[CheckRule] = VersionShelf("score-check-rule", CheckRule)


async def registered(reader: Reader) -> Mapping[str, CheckRule]:
    """All rules by id, those that have ended too."""
    found = {**SHIPPED, **await CHECK_RULES.newest(reader)}
    return dict(sorted(found.items()))
