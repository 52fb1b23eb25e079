"""Names and values in a query, or in a form (https://hl7.org/fhir/R4/http.html#search)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fhir_server.exchange import Pairs
from fhir_server.outcomes import refused


def query_pairs(text: str | bytes) -> Pairs:
    """The names and values in a query, or in a form, UTF-8 and percent-encoded. Values may be empty.

    Raises RequestRefused (400) where that is not UTF-8: what was meant cannot be told, and would find nothing.
    """
    if not text:
        return ()
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return tuple(parse_qsl(decoded, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        told = f"The parameters hold the byte 0x{error.object[error.start]:02X} where UTF-8 has none such"
        raise refused("value", f"{told}; expected UTF-8, percent-encoded") from error
