"""A hospital sends records while the standard comes, changes and goes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.issues import Language
from fhir_server.identity.organisations import Organisation
from plumbline.demo.registered import client_id
from plumbline.demo.registry.asking import Unexpected
from plumbline.demo.sending import Answered, Sent, Verdict, send_all
from plumbline.sample import editions, faulty_folder, package_folder

HOSPITAL = Organisation("sample-hospital", "示例市第二医院", "institution", jurisdiction="310000")
_OWN = ("extension", "address")
"""Where examples have extensions of the sample, which nobody knows before it is published."""
_SECONDS, _PAUSE = 30.0, 0.1


@dataclass(frozen=True, slots=True)
class Hospital:
    """Sends by a token of its own each time, as systems do whose tokens have run out."""

    port: int
    secret: str
    language: Language = "en"

    def send(self, record: Sent) -> Answered:
        """What becomes of a record. Raises NoToken, OSError."""
        (answered,) = send_all(self.port, client_id(HOSPITAL), self.secret, [record], self.language)
        return answered

    def send_until(self, record: Sent, expected: Verdict, now: Callable[[], float] = time.monotonic) -> Answered:
        """Send until the server has taken the rules up that say so, which takes seconds. Raises Unexpected."""
        last = now() + _SECONDS
        while (answered := self.send(record)).verdict != expected:
            if now() > last:
                raise Unexpected(f"the record is {answered.verdict}; expected {expected}")
            time.sleep(_PAUSE)
        return answered


def without_birth_date() -> Sent:
    """A patient of whom the first edition asks more."""
    return _record(faulty_folder(editions()[0]) / "patient-birth-date-missing.json", *_OWN)


def without_sex() -> Sent:
    """A patient of whom the second edition asks more."""
    return _record(faulty_folder(editions()[1]) / "patient-sex-missing.json", *_OWN)


def without_gender() -> Sent:
    """A practitioner of whom the second edition asks less."""
    return _record(package_folder(editions()[0]) / "example" / "practitioner-zhang-wei.json", "gender")


def _record(path: Path, *left_out: str) -> Sent:
    """An example that names no profile: the rules are asked of all records of its type."""
    known = json.loads(path.read_bytes())
    kept = {name: value for name, value in known.items() if name not in ("id", "meta", *left_out)}
    return Sent("POST", known["resourceType"], write_json(kept))
