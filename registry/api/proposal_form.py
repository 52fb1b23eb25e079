"""The proposal form (立项建议书) as a document, so that what was proposed is on file as it was sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from registry.model.standard import CLASS_NAMES, KIND_NAMES
from registry.records.proposing import Proposal
from registry.sentence import Sentence
from registry.window import local_day

_HEADING = Sentence("Proposal", "立项建议书")


def form_of(proposal: Proposal, now: datetime, offset: timedelta) -> bytes:
    """The form in both languages, in Markdown; what the proposer wrote is indented, so that none of it is markup."""
    day = local_day(now, offset)
    rows = (
        (Sentence("Title", "标准名称"), f"{proposal.title.zh}\n{proposal.title.en}"),
        (Sentence("Kind", "标准性质"), f"{proposal.kind} {KIND_NAMES[proposal.kind].zh}"),
        (Sentence("Class", "标准类别"), CLASS_NAMES[proposal.system_class].zh),
        (Sentence("Jurisdiction", "适用地区"), proposal.jurisdiction or "全国"),
        (Sentence("Proposed by", "提出单位或个人"), proposal.owner),
        (Sentence("Need", "必要性"), proposal.need),
        (Sentence("Scope", "适用范围"), proposal.scope),
        (Sentence("Received", "收到日期"), f"{day.zh}（{day.en}）"),
    )
    parts = [f"# {_HEADING.zh} {_HEADING.en}"]
    parts += [f"## {name.zh} {name.en}\n\n{_indented(text)}" for name, text in rows]
    return ("\n\n".join(parts) + "\n").encode()


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
