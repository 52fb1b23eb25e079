"""Pages of what is kept of institutions, for whoever may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.http.route import Answer, Call
from registry.scores.inputs.volume import prefix_of
from registry.scores.seeing import jurisdiction_of, require_all, require_seeing

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Documents by their names, and the name after which the next page begins."""

    listed: Sequence[tuple[str, Document]]
    next: str

    def answer(self, name: str, shown: Callable[[str, Document], Mapping[str, Any]]) -> Answer:
        """The page as an answer."""
        more = {"next": self.next} if self.next else {}
        return Answer({name: [shown(*each) for each in self.listed], **more})


async def page_of(reader: Reader, collection: str, call: Call) -> Page:
    """A page of one institution, or of all. Raises Refused (forbidden), NotLoggedIn."""
    institution = call.query.get("institution", "")
    if institution:
        require_seeing(call.caller, institution, await jurisdiction_of(reader, institution))
    else:
        require_all(call.caller)
    prefix = prefix_of(institution) if institution else ""
    return await piece(reader, collection, call, prefix)


async def piece(reader: Reader, collection: str, call: Call, prefix: str = "") -> Page:
    """As many as are asked for, after the one that is named."""
    count = call.query.get("count", _PAGE)
    listed = await reader.listed(collection, prefix=prefix, after=call.query.get("after", ""), count=count)
    return Page(listed, listed[-1][0] if len(listed) == count else "")
