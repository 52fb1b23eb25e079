"""The drafts of the sample's package, and its first one, which the public has something to say about."""

from __future__ import annotations

import json
from typing import Any

from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack, pack_folder
from plumbline.sample import Edition, package_folder, text_file

PATIENT = "StructureDefinition-sample-patient.json"
_BIRTH_DATE = "Patient.birthDate"
_REQUIRED = "元素 `Patient.birthDate`。出生日期。出现次数：最少 1 次。"
_RECOMMENDED = "元素 `Patient.birthDate`。出生日期。出现次数：宜最少 1 次。"
_OPTIONAL = "元素 `Patient.birthDate`。出生日期。出现次数：最少 0 次。"


def package(sample: Edition) -> bytes:
    """The package of an edition as an archive."""
    return pack_folder(package_folder(sample).parent)


def first_draft(sample: Edition) -> bytes:
    """The package as it was before the comments: a patient may have no birth date."""
    return with_patient(sample, lambda element: element.pop("min", None))


def first_text(sample: Edition) -> bytes:
    """The text as it was before the comments."""
    return _text(sample, _OPTIONAL)


def text_sent_back(sample: Edition) -> bytes:
    """The text as it first came to the vote: it recommends (宜) what the package asks for."""
    return _text(sample, _RECOMMENDED)


def with_patient(sample: Edition, change: Any) -> bytes:
    """The package with the element of the birth date changed."""
    folder = package_folder(sample)
    profile = json.loads((folder / PATIENT).read_bytes())
    for each in profile["differential"]["element"]:
        if each["id"] == _BIRTH_DATE:
            change(each)
    files = [
        Document(f"package/{path.relative_to(folder).as_posix()}", path.read_bytes())
        for path in folder.rglob("*.json")
        if path.name != PATIENT
    ]
    return pack([*files, Document(f"package/{PATIENT}", json.dumps(profile, ensure_ascii=False).encode())])


def _text(sample: Edition, birth_date: str) -> bytes:
    return text_file(sample).read_text(encoding="utf-8").replace(_REQUIRED, birth_date).encode()
