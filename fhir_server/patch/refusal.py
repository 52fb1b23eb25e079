"""How a patch is refused (RFC 5789, section 2.2): 400 where it is none, 422 where it does not fit the resource."""

from __future__ import annotations

from fhir_server.outcomes import RequestRefused, refused

_SHORT = 80


def malformed(where: str, text: str, *, code: str = "structure", expression: str | None = None) -> RequestRefused:
    """The refusal of something that no resource could be patched with. `where` begins the sentence."""
    return refused(code, f"{where}: {text}", status=400, expression=expression)


def inapplicable(where: str, text: str, *, code: str = "processing", expression: str | None = None) -> RequestRefused:
    """The refusal of a patch that this resource, as it is now, cannot take."""
    return refused(code, f"{where}: {text}", status=422, expression=expression)


def beyond(where: str, text: str) -> RequestRefused:
    """The refusal of a patch that costs more than its limit."""
    return inapplicable(where, text, code="too-costly")


def shown(value: object) -> str:
    """A value as a message quotes it: short, whatever it is."""
    text = repr(value)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def kind(value: object) -> str:
    """What a value is called in JSON."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def listed(names: object, limit: int = 12) -> str:
    """Names for a message, the first few of them."""
    given = [str(each) for each in names] if isinstance(names, list | tuple | dict) else []
    return ", ".join(given[:limit]) + (", …" if len(given) > limit else "") if given else "nothing"
