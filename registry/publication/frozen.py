"""Which draft of a package is published: the one that the committee voted for."""

from __future__ import annotations

from fhir_kernel.store.base import Reader
from registry.ballots.opening import ballots_of
from registry.casework.drafts import PackageDraft, drafts_of
from registry.casework.purpose import purpose_of
from registry.refusal import Refused
from registry.sentence import Sentence

_PACKAGE = "package"


async def frozen_package(reader: Reader, project: str) -> PackageDraft:
    """The draft in the last ballot about a draft that was closed. Raises Refused (conflict)."""
    for ballot in reversed(await ballots_of(reader, project)):
        if ballot.how == "closed" and (await purpose_of(reader, ballot.id)).purpose == "draft":
            return await _of_digest(reader, project, ballot.digests.get(_PACKAGE, ""))
    raise _refused("no ballot about a draft of the package was closed", "尚无关于数据包草案的已结束表决")


async def _of_digest(reader: Reader, project: str, digest: str) -> PackageDraft:
    for each in reversed(await drafts_of(reader, project)):
        if each.digest == digest:
            return each
    raise _refused("the last ballot was about no draft of a package", "最近一次表决未涉及数据包草案")


def _refused(en: str, zh: str) -> Refused:
    return Refused("conflict", (Sentence(en, zh),), where="package")
