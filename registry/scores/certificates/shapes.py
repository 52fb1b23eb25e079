"""What the routes of certificates take and give, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import AFTER, COUNT, REASON
from registry.api.shapes.deriving import shape_of, with_more
from registry.http.route import File
from registry.http.shapes import Choice, Plain, Text
from registry.http.structures import Many, Thing
from registry.scores.certificates.certificate import STATUSES, Certificate

PRODUCT = Text(200, least=3, pattern="[^#]+#[^#]+", about="Name and version, such as his#2.1")
NEW = Thing("NewCertificate", {"product": PRODUCT, "snapshot": Text(40, least=1, about="Such as 2026-10-1")})
_STATUS = Choice(STATUSES, about="On the day on which it is asked")
_ADDRESS = Text(2_000)
CERTIFICATE = with_more(
    shape_of(Certificate),
    "ShownCertificate",
    {
        "status": _STATUS,
        "page": _ADDRESS,
        "content": _ADDRESS,
        "signatureFile": _ADDRESS,
        "keyFile": _ADDRESS,
        "algorithm": Text(),
    },
    {},
)
CERTIFICATES = Thing("Certificates", {"certificates": Many(CERTIFICATE)}, {"next": Text(64)})
LISTING: Mapping[str, Plain] = {"product": Text(200), "status": _STATUS, "after": AFTER, "count": COUNT}
WITHDRAWAL = Thing("NewWithdrawal", {"reason": REASON})
LANGUAGE: Mapping[str, Plain] = {"language": Choice(("en", "zh"), about="That of Accept-Language, without")}
PAGE, CONTENT = File(("text/html",)), File(("application/json",))
SIGNATURE = File(("application/octet-stream",))
