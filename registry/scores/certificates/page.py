"""A certificate as a page, in either language from the same template."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import files

from fhir_kernel.issues import Language
from registry.html import html_page
from registry.scores.certificates.addresses import Addresses
from registry.scores.certificates.certificate import Certificate
from registry.scores.certificates.words import word
from registry.scores.dimensions import TITLES


def certificate_page(
    certificate: Certificate,
    content: bytes,
    addresses: Addresses,
    day_of: Callable[[datetime], date],
    now: datetime,
    language: Language,
) -> str:
    """The page; `content` is what was signed, and all that is claimed comes from there. `day_of`: the local day."""
    folder = files("registry.scores.certificates") / "pages"
    signed = json.loads(content)
    return html_page(
        folder,
        "certificate.html.jinja",
        language,
        word,
        certificate=certificate,
        signed=signed,
        addresses=addresses,
        status=certificate.status(day_of(now)),
        day_of=day_of,
        titles=TITLES,
    )
