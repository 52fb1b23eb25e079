"""What was published, the newest first, as an RSS feed that FHIR's registries read.

https://www.rssboard.org/rss-specification, with the elements of http://hl7.org/fhir/feed
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import format_datetime
from xml.etree import ElementTree as Xml

from registry.packages.listing import kind, tarball
from registry.packages.release import Release

_FHIR, _ATOM, _CREATOR = "http://hl7.org/fhir/feed", "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
_MINUTES = "60"
_NO_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot say (https://www.w3.org/TR/xml/#charsets)."""


def feed(address: str, base: str, releases: Sequence[Release]) -> bytes:
    """The feed at an address, of releases in the order of time; `base` is the address of the registry."""
    for prefix, namespace in (("fhir", _FHIR), ("atom", _ATOM), ("dc", _CREATOR)):
        Xml.register_namespace(prefix, namespace)
    root = Xml.Element("rss", version="2.0")
    channel = Xml.SubElement(root, "channel")
    _add(channel, "title", "Plumbline FHIR Packages")
    _add(channel, "description", "FHIR packages that were published here")
    _add(channel, "link", address)
    Xml.SubElement(channel, f"{{{_ATOM}}}link", href=address, rel="self", type="application/rss+xml")
    if releases:
        _add(channel, "lastBuildDate", _time(releases[-1]))
    _add(channel, "ttl", _MINUTES)
    for each in reversed(releases):
        _item(Xml.SubElement(channel, "item"), base, each)
    content: bytes = Xml.tostring(root, "utf-8", xml_declaration=True)
    return content


def _item(item: Xml.Element, base: str, release: Release) -> None:
    facts, address = release.facts, tarball(base, release)
    _add(item, "title", f"{release.name}#{release.version}")
    _add(item, "description", facts.description or facts.title)
    _add(item, "link", address)
    _add(item, "guid", address).set("isPermaLink", "true")
    _add(item, f"{{{_CREATOR}}}creator", facts.author)
    _add(item, f"{{{_FHIR}}}version", ", ".join(facts.fhir_versions))
    _add(item, f"{{{_FHIR}}}kind", kind(release))
    _add(item, "pubDate", _time(release))


def _add(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    made = Xml.SubElement(parent, name)
    made.text = _NO_CHARACTERS.sub("\ufffd", text)
    return made


def _time(release: Release) -> str:
    return format_datetime(release.published, usegmt=True)
