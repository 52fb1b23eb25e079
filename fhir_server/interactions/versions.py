"""`$versions`: which versions of FHIR are spoken here (https://hl7.org/fhir/R4/capabilitystatement-operation-versions.html)."""

from __future__ import annotations

from fhir_kernel.codec.negotiate import FHIR_VERSION
from fhir_server.exchange import Answer, Request

DEFINITION = "http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions"


def versions(_request: Request) -> Answer:
    """One version, which is the default."""
    rows = [{"name": name, "valueCode": FHIR_VERSION} for name in ("version", "default")]
    return Answer({"resourceType": "Parameters", "parameter": rows})
