"""The printable report of an institution, kept as files that a browser opens without a login."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from fhir_kernel.issues import Language
from plumbline.demo.addresses import EVALUATOR
from plumbline.demo.registry.scene import Scene
from plumbline.demo.stage import Stage


def keep_reports(scene: Scene, stage: Stage) -> Sequence[Path]:
    """That of the institution that has mended something, in each language. Raises Unexpected, OSError."""
    evaluation, asking, paths = scene.evaluation, scene.place.asking, []
    snapshot, id_ = evaluation.snapshots[evaluation.second], evaluation.mender.id
    for language in get_args(Language):
        page = asking.done("showScoreReport", by=EVALUATOR, query={"language": language}, snapshot=snapshot, id=id_)
        path = stage.reports / f"{id_}-{language}.html"
        path.write_bytes(page)
        paths.append(path)
    return paths
