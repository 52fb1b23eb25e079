"""The routes below /api by which certificates of products are issued, seen, checked and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.kit import Kit
from registry.http.route import Route, answered_by
from registry.publication.signing import Signer
from registry.scores.certificates import shapes
from registry.scores.certificates.desk import CertificateDesk
from registry.sentence import Sentence

_route = partial(Route, group="certificates")


def certificate_routes(kit: Kit, signer: Signer) -> list[Route]:
    """The routes, answered for this store; the signer is that of publication."""
    return answered_by(ROUTES, CertificateDesk(kit, signer))


ROUTES: Sequence[Route] = (
    _route(
        method="POST",
        path="scores/certificates",
        operation="issueCertificate",
        summary=Sentence("Issue the certificate of a product by its score in a snapshot", "按产品得分颁发证书"),
        takes=shapes.NEW,
        gives=shapes.CERTIFICATE,
        status=201,
        access="person",
        handler=CertificateDesk.issue,
    ),
    _route(
        method="GET",
        path="scores/certificates",
        operation="listCertificates",
        summary=Sentence("Certificates of products, in the order of their numbers", "产品证书列表"),
        query=shapes.LISTING,
        gives=shapes.CERTIFICATES,
        handler=CertificateDesk.list_,
    ),
    _route(
        method="GET",
        path="scores/certificates/{number}",
        operation="readCertificate",
        summary=Sentence("A certificate, whether it still holds, and what checks it", "查验证书"),
        gives=shapes.CERTIFICATE,
        handler=CertificateDesk.certificate,
    ),
    _route(
        method="GET",
        path="scores/certificates/{number}/page",
        operation="showCertificate",
        summary=Sentence("A certificate as a page", "证书（网页）"),
        query=shapes.LANGUAGE,
        gives=shapes.PAGE,
        handler=CertificateDesk.page,
    ),
    _route(
        method="GET",
        path="scores/certificates/{number}/content",
        operation="readCertificateContent",
        summary=Sentence("What was signed", "证书签名内容"),
        gives=shapes.CONTENT,
        handler=CertificateDesk.content,
    ),
    _route(
        method="GET",
        path="scores/certificates/{number}/signature",
        operation="readCertificateSignature",
        summary=Sentence("The detached signature of the content", "证书的分离签名"),
        gives=shapes.SIGNATURE,
        handler=CertificateDesk.signature,
    ),
    _route(
        method="POST",
        path="scores/certificates/{number}/withdraw",
        operation="withdrawCertificate",
        summary=Sentence("Withdraw a certificate for good, with a reason", "说明理由后撤销证书"),
        takes=shapes.WITHDRAWAL,
        gives=shapes.CERTIFICATE,
        access="person",
        handler=CertificateDesk.withdraw,
    ),
)
