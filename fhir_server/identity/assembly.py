"""Everything by which a server knows who asks, put together over one store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from conformance.evidence import Sender
from fhir_kernel.clock import Clock, NewId
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.identity.audit import TOKEN, Auditor, Refusal, keep_refusal
from fhir_server.identity.authenticate import Authenticator, TokenAuthenticator
from fhir_server.identity.directory import Directory
from fhir_server.identity.endpoints import IdentityEndpoints
from fhir_server.identity.keys import open_key_ring
from fhir_server.identity.open_trial import OpenAuthenticator
from fhir_server.identity.rate import RateLimit
from fhir_server.identity.secrets import SecretHasher
from fhir_server.identity.service import service_name
from fhir_server.identity.token_endpoint import TokenAnswer, TokenEndpoint
from fhir_server.identity.tokens import Tokens
from fhir_server.public_address import public_address

_CLOCKS_APART = timedelta(seconds=60)
"""By how much clocks may differ that share keys."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server asks and tells; made once in each process."""

    authenticator: Authenticator
    auditor: Auditor
    endpoints: IdentityEndpoints


async def assemble_identity(
    store: Store,
    settings: Settings,
    *,
    clock: Clock,
    new_id: NewId,
    now: Callable[[], float],
    open_trial: bool = False,
) -> Identity:
    """The parts, over the clients in `store` and the keys of the setting `key_folder`; `now` gives seconds.

    Where `open_trial`, everybody is let in; `check_open` says whether that may be. Raises SettingsError, StoreError.
    """
    overlap = timedelta(seconds=settings.token_seconds) + _CLOCKS_APART
    longest = timedelta(days=settings.key_days)
    keys = open_key_ring(settings.key_folder, clock, now, overlap=overlap, longest=longest)
    tokens = Tokens(keys, await service_name(store, new_id), clock, new_id, settings.token_seconds)
    directory, auditor = Directory(store, now), Auditor("Plumbline", new_id)

    async def told(answer: TokenAnswer) -> None:
        if answer.error:
            refusal = Refusal(TOKEN, answer.status, answer.error, sender=Sender(client=answer.client))
            await keep_refusal(store, auditor.refused(refusal, clock()))

    endpoint = TokenEndpoint(tokens, directory, SecretHasher(), RateLimit(settings.token_requests, now), told)
    authenticator = OpenAuthenticator() if open_trial else TokenAuthenticator(tokens, directory)
    return Identity(authenticator, auditor, IdentityEndpoints(endpoint, keys, public_address(settings)))
