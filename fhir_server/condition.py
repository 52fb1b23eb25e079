"""Under what condition a client wants something created (https://hl7.org/fhir/R4/http.html#ccreate).

The header If-None-Exist says it. Some clients put the criteria into the address instead, as those of the other
conditional interactions are.
"""

from __future__ import annotations

from fhir_server.exchange import Pairs, Request
from fhir_server.outcomes import refused
from fhir_server.query import query_pairs

_HEADER = "if-none-exist"
_OF_THE_ANSWER = frozenset(("_format", "_pretty", "_summary", "_elements"))


def is_conditional(request: Request) -> bool:
    """Whether a create has a condition, wherever it stands."""
    return _HEADER in request.headers or bool(_addressed(request))


def criteria_of(request: Request, resource_type: str) -> Pairs | None:
    """What nothing may meet if there is to be a create. Raises RequestRefused (400) where two things are said."""
    addressed, header = _addressed(request), request.headers.get(_HEADER)
    if header is None:
        return addressed or None
    told = query_pairs(_query_of(header, resource_type))
    if addressed and sorted(addressed) != sorted(told):
        asked = "&".join(f"{name}={value}" for name, value in addressed)
        text = f"If-None-Exist is '{header}', but the address asks for '{asked}'; expected the same, or one alone"
        raise refused("invalid", text, status=400)
    return told


def _addressed(request: Request) -> Pairs:
    return tuple(each for each in request.query if each[0] not in _OF_THE_ANSWER)


def _query_of(header: str, resource_type: str) -> str:
    """The criteria in `identifier=1`, `?identifier=1`, `Patient?identifier=1` or `http://…/Patient?identifier=1`."""
    if not header.startswith(("http://", "https://")):
        return header.removeprefix(f"{resource_type}?").removeprefix("?")
    path, _, query = header.partition("?")
    if not path.endswith(f"/{resource_type}"):
        raise refused("value", f"If-None-Exist is '{header}'; expected criteria of {resource_type}", status=400)
    return query
