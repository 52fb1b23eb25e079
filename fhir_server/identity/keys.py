"""The keys that sign tokens: one file each, the newest signs, those before it verify until their tokens are over.

JSON Web Keys (RFC 7517) of the curve P-256, named by their thumbprints (RFC 7638). Processes that share the folder take
up each other's keys.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from fhir_kernel.clock import Clock
from fhir_kernel.errors import SettingsError

ALGORITHM, CURVE = "ES256", "P-256"
_LOOK_SECONDS, _SOONEST_LOOK = 1.0, 0.1
"""How often the folder is looked at, and how soon again where a key is missing."""
_SUFFIX = ".key.json"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair. `id` is the `kid` of tokens."""

    id: str
    created: datetime
    key: ECKey = field(repr=False, compare=False)

    def public(self) -> Mapping[str, Any]:
        """What everybody may know of it."""
        return {**self.key.as_dict(private=False), "kid": self.id, "use": "sig", "alg": ALGORITHM}


class KeyRing:
    """The keys in a folder. `overlap` is how long a key verifies after another took its place; `now` gives seconds."""

    def __init__(self, folder: Path, clock: Clock, now: Callable[[], float], overlap: timedelta) -> None:
        self._folder, self._clock, self._now, self._overlap = folder, clock, now, overlap
        self._keys: Mapping[str, SigningKey] = {}
        self._seen, self._looked, self._generation = -1, now(), 0
        self._look()

    @property
    def generation(self) -> int:
        """Another number whenever there are other keys."""
        self._look_sometimes(_LOOK_SECONDS)
        return self._generation

    @property
    def signing(self) -> SigningKey:
        """The newest. Raises SettingsError where there is none."""
        self._look_sometimes(_LOOK_SECONDS)
        if not self._keys:
            raise SettingsError(f"there is no key in {self._folder}")
        return max(self._keys.values(), key=_age)

    def find(self, key_id: str) -> SigningKey | None:
        """The key of an id, where it still verifies."""
        self._look_sometimes(_LOOK_SECONDS)
        if key_id not in self._keys:
            self._look_sometimes(_SOONEST_LOOK)
        return next((each for each in self._verifying() if each.id == key_id), None)

    def public(self) -> Mapping[str, Any]:
        """The JWK Set of those that still verify, without their secret parts."""
        self._look_sometimes(_LOOK_SECONDS)
        return {"keys": [dict(each.public()) for each in self._verifying()]}

    def _verifying(self) -> Sequence[SigningKey]:
        """The newest first, and those whose successor is no older than the overlap."""
        keys = sorted(self._keys.values(), key=_age, reverse=True)
        last = self._clock() - self._overlap
        return keys[:1] + [each for each, successor in zip(keys[1:], keys, strict=False) if successor.created >= last]

    def _look_sometimes(self, seconds: float) -> None:
        if self._now() - self._looked >= seconds:
            self._look()

    def _look(self) -> None:
        self._looked = self._now()
        changed = self._folder.stat().st_mtime_ns if self._folder.is_dir() else 0
        if changed != self._seen:
            self._seen = changed
            self._keys = {each.id: each for each in _kept(self._folder)}
            self._generation += 1


def open_key_ring(
    folder: Path, clock: Clock, now: Callable[[], float], *, overlap: timedelta, longest: timedelta
) -> KeyRing:
    """The keys in a folder, with a new one where the newest has signed for `longest` or there is none.

    Raises SettingsError where a key can be read by others or is none; OSError where the folder cannot be used.
    """
    newest = max(_kept(folder), key=_age, default=None)
    if newest is None or clock() - newest.created >= longest:
        make_key(folder, clock)
    return KeyRing(folder, clock, now, overlap)


def make_key(folder: Path, clock: Clock) -> str:
    """Keep a new key, which signs from now on, for nobody else to read; returns its id."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ECKey.generate_key(CURVE, private=True, auto_kid=True)
    key_id = str(key.kid)
    kept = json.dumps({"created": clock().isoformat(), "key": key.as_dict(private=True)}).encode()
    unfinished = folder / f"{key_id}.new"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(kept)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / f"{key_id}{_SUFFIX}")
    return key_id


def forget_keys(folder: Path, *, but: str) -> int:
    """Remove every key but one, so that the tokens they signed are refused; returns how many there were."""
    others = [each for each in folder.glob(f"*{_SUFFIX}") if each.name != f"{but}{_SUFFIX}"]
    for each in others:
        each.unlink(missing_ok=True)
    return len(others)


def _age(key: SigningKey) -> tuple[datetime, str]:
    return key.created, key.id


def _kept(folder: Path) -> Sequence[SigningKey]:
    """The keys in a folder, but for those that somebody forgets at this moment."""
    found = map(_read, folder.glob(f"*{_SUFFIX}"))
    return [each for each in found if each is not None]


def _read(path: Path) -> SigningKey | None:
    """The key in a file; None where there is no such file any more."""
    try:
        return _understood(path)
    except FileNotFoundError:
        return None


def _understood(path: Path) -> SigningKey:
    if os.name != "nt" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"the key {path} can be read by others than its owner; expected the mode 600")
    try:
        kept = json.loads(path.read_bytes())
        key = ECKey.import_key(kept["key"])
        return SigningKey(str(key.kid), datetime.fromisoformat(kept["created"]), key)
    except (ValueError, KeyError, TypeError, JoseError):
        raise SettingsError(f"{path} is no key that this program wrote; expected one, or no such file") from None
