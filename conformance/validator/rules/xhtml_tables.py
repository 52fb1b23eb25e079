"""What XHTML a narrative may hold (https://hl7.org/fhir/R4/narrative.html, https://www.w3.org/TR/html401/).

The lists are those of the invariant txt-1 and of chapters 7–11 and 15 of HTML 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = _names("h1 h2 h3 h4 h5 h6")
INLINE = _names("a abbr acronym b bdo big cite code dfn em i kbd q samp small strong sub sup tt var")
"""Text elements that may not stand inside themselves."""
TEXT_ONLY = INLINE | HEADINGS | _names("p pre address span caption dd dt")
"""Elements that hold text and text elements."""
BLOCKS = _names("div pre table ul ol")
PARAGRAPH_BLOCKS = BLOCKS | _names("blockquote p") - _names("pre")
"""Elements that may not stand anywhere inside a `p`."""
ELEMENTS = TEXT_ONLY | BLOCKS | _names("area blockquote br col colgroup dl hr img li map tbody td tfoot th thead tr")
ATTRIBUTES = _names(
    "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset "
    "cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel "
    "rev rowspan rules scope shape span src start style summary tabindex title type valign value vspace width xml:lang"
)
ELEMENT_ATTRIBUTES = _names("img.usemap img.ismap area.nohref")
CHILDREN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "table": _names("tbody tr caption thead tfoot col colgroup"),
        "tr": _names("td th"),
        "tbody": _names("tr"),
        "thead": _names("tr th td"),
        "tfoot": _names("tr th td"),
        "colgroup": _names("col"),
        "ul": _names("li"),
        "ol": _names("li"),
        "dl": _names("dd dt"),
        "map": _names("area"),
        "br": frozenset(),
        "hr": frozenset(),
        "img": frozenset(),
        "col": frozenset(),
        "area": frozenset(),
    }
)
"""Elements that hold these elements only and no text."""
PARENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "tr": _names("table thead tfoot tbody"),
        "tbody": _names("table"),
        "thead": _names("table"),
        "tfoot": _names("table"),
        "caption": _names("table"),
        "colgroup": _names("table"),
        "col": _names("table colgroup"),
        "th": _names("tr thead tfoot"),
        "td": _names("tr thead tfoot"),
        "li": _names("ul ol"),
        "dd": _names("dl"),
        "dt": _names("dl"),
        "area": _names("map"),
    }
)
"""Elements that stand in these elements only."""
LINK_SCHEMES = ("http", "https", "mailto", "tel", "sms", "fax", "ftp", "ftps", "sftp", "data")
IMAGE_SCHEMES = ("http", "https", "data", "cid")
