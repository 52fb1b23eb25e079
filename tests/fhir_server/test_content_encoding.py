from __future__ import annotations

import gzip
import json

from tests.fhir_server.records_world import PATIENT, Records
from tests.fhir_server.world import told

ZIPPED = {"content-encoding": "gzip"}


def test_a_body_may_be_compressed(records: Records) -> None:
    body = gzip.compress(json.dumps(PATIENT).encode())
    for name in ("gzip", "x-gzip", " GZIP "):
        response = records.post("Patient", body, headers={"content-encoding": name})
        assert (response.status_code, response.json()["gender"]) == (201, "female")
    assert records.post("Patient", PATIENT, headers={"content-encoding": "identity"}).status_code == 201


def test_another_encoding_is_refused_with_those_that_are_known(records: Records) -> None:
    assert told(records.post("Patient", b"...", headers={"content-encoding": "br"})) == (
        "415 not-supported: Content-Encoding is 'br'; expected gzip or none"
    )


def test_what_is_no_whole_gzip_text_is_refused(records: Records) -> None:
    whole = gzip.compress(json.dumps(PATIENT).encode())
    for body in (b"{}", b"", whole[:-9], whole + b"more"):
        assert told(records.post("Patient", body, headers=ZIPPED)) == (
            "400 invalid: Content-Encoding is gzip, but the body is not one whole gzip text"
        )


def test_a_body_that_grows_beyond_the_limit_is_refused_before_it_does() -> None:
    records = Records(body_bytes=10_000)
    bomb = gzip.compress(b" " * 5_000_000)
    assert len(bomb) < 10_000
    assert told(records.post("Patient", bomb, headers=ZIPPED)) == (
        "413 too-long: The body is larger than 10000 bytes once it is decompressed"
    )
