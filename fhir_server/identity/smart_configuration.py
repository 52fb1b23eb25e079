"""What a client can learn beforehand of how to get in.

https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_server.identity.scopes import ANY, LETTERS
from fhir_server.identity.token_endpoint import GRANT

TOKEN_PATH, KEYS_PATH = "/auth/token", "/auth/jwks.json"
WELL_KNOWN_PATH = "/.well-known/smart-configuration"


def smart_configuration(address: str) -> Mapping[str, Any]:
    """The document for a service at an address: `https://fhir.example.org`.

    SMART asks for an authorization endpoint and PKCE only of those that let people log in; here programs do.
    """
    return {
        "jwks_uri": address + KEYS_PATH,
        "token_endpoint": address + TOKEN_PATH,
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": [f"system/{ANY}.{LETTERS}"],
        "capabilities": ["client-confidential-symmetric", "permission-v1", "permission-v2"],
    }
