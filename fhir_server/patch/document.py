"""The text of a patch in JSON, which may be an array where a resource is always an object (RFC 8259)."""

from __future__ import annotations

import codecs
from typing import Any

from fhir_kernel.codec.json_codec import read_json
from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_server.outcomes import refused
from fhir_server.patch.refusal import malformed

_NAME = "patch"
_BEFORE = b'{"patch":\n'
"""On a line of its own, so that columns are those of the text."""


def read_document(body: bytes, limits: Limits) -> Any:
    """The value that `body` holds, decimals with all their digits.

    Raises RequestRefused where it is no JSON, holds a property twice in one object, or is beyond `limits`.
    """
    if not body.strip():
        raise malformed("The patch", "the body is empty; expected JSON")
    try:
        reading = read_json(_BEFORE + body.removeprefix(codecs.BOM_UTF8) + b"\n}", limits=limits)
    except LimitExceeded as error:
        raise refused("too-long", f"The patch is beyond a limit: {error}") from None
    except CodecError as error:
        place = f"line {(error.line or 2) - 1}, column {error.column}"
        raise malformed("The patch", f"{place}: {error.message}") from None
    for first in reading.issues:
        raise malformed("The patch", f"line {(first.line or 2) - 1}, column {first.column}: {first.text()}")
    if reading.resource is None or list(reading.resource) != [_NAME]:
        raise malformed("The patch", "the text holds more than one value of JSON; expected one")
    return reading.resource[_NAME]
