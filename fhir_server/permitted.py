"""Whether a client may write a resource of whose type it may write some only: as it was, and as it becomes.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html; scopes with criteria are such a case.
"""

from __future__ import annotations

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Key, Version
from fhir_server.intents import Intent
from fhir_server.outcomes import refused


def check_before(intent: Intent, key: Key, current: Version | None) -> None:
    """Raises RequestRefused where what is there is none that the client may write; of a deletion nobody can say.

    To patch or delete something else is answered as if nothing were there (404), so that nothing is learned of it. An
    update, which creates where there is nothing, is refused (403).
    """
    if intent.may_write is None or intent.method == "POST":
        return
    if current is not None and current.body is not None and intent.may_write(parse_json(current.body)):
        return
    if intent.method != "PUT":
        raise refused("not-found", f"Among those that the scopes of the token mean, there is no {key}")
    if current is not None:
        raise refused("forbidden", f"{key} is none of those that the scopes of the token mean")


def check_after(intent: Intent, content: Resource | None) -> None:
    """Raises RequestRefused (403) where what a resource becomes is none that the client may write."""
    if intent.may_write is not None and content is not None and not intent.may_write(content):
        text = f"What {intent.type} would become is none of those that the scopes of the token mean"
        raise refused("forbidden", text)
