"""A parameter by which not all resources are found yet is not searched by: the answer would be wrong without saying so.

https://hl7.org/fhir/R4/search.html; a lenient search does not pass it over either, for it would find too much.
"""

from __future__ import annotations

from collections.abc import Iterable

from fhir_server.outcomes import RequestRefused
from fhir_server.search.index import SearchIndex
from terminology.failures import operation_issue

_RETRY = {"retry-after": "5"}


def check_indexed(index: SearchIndex, types: Iterable[str], codes: Iterable[str]) -> None:
    """Raises RequestRefused (503) where resources of one of the types have yet to be indexed by one of the codes."""
    if not index.backlog:
        return
    wanted = tuple(codes)
    for each in types:
        waiting = index.backlog.get(each, {})
        for code in wanted:
            if (found := waiting.get(code)) is not None:
                text = (
                    f"{each} cannot be searched by '{code}' yet: it is being indexed, {found.done} of "
                    f"{found.total or 'all'} done; ask again later, see {each}/$reindex"
                )
                issue = operation_issue("error", "transient", text, expression=f"http.{code}")
                raise RequestRefused([issue], 503, _RETRY)
