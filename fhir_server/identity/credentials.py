"""By which a client says who it is when it asks for a token: HTTP Basic, or in the form.

https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from fhir_kernel.errors import PlumblineError


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client says of itself; whether it is true is another question."""

    client: str
    secret: str = field(repr=False)


class CredentialsRefused(PlumblineError):
    """The credentials cannot be read; the message says what is expected and shows none of them.

    `status` is 400 where the request is wrong, 401 where there are none that could be right.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def credentials_in(headers: Mapping[str, str], form: Mapping[str, str]) -> Credentials:
    """The credentials in a request with these headers and this form. Raises CredentialsRefused."""
    header = headers.get("authorization")
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise CredentialsRefused("the client has not said who it is: expected client_id and client_secret", 401)
        return Credentials(form["client_id"], form["client_secret"])
    found = _basic(header)
    if "client_secret" in form:
        raise CredentialsRefused("the credentials are given twice; expected in the header or in the form")
    if form.get("client_id", found.client) != found.client:
        raise CredentialsRefused("client_id is another one in the header than in the form")
    return found


def _basic(header: str) -> Credentials:
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        raise CredentialsRefused("the header Authorization is not of the scheme Basic", 401)
    try:
        client, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise CredentialsRefused("the header Authorization is not base64 of client_id:client_secret", 401) from None
    if not colon:
        raise CredentialsRefused("the header Authorization is not base64 of client_id:client_secret", 401)
    return Credentials(unquote_plus(client), unquote_plus(secret))
