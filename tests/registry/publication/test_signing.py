"""What is published is signed, by a key that nobody else reads, so that everybody can check it with OpenSSL."""

from __future__ import annotations

import shutil
import stat
import subprocess
from hashlib import sha256
from itertools import count

import pytest

from fhir_kernel.clock import system_clock
from fhir_kernel.errors import SettingsError
from registry.publication.digests import sha256_of, sm3_of
from registry.publication.signing import Signature, Signer
from tests.registry.publication.test_publishing import ready

pytestmark = pytest.mark.anyio
OPENSSL = shutil.which("openssl")


@pytest.fixture
def signer(tmp_path):
    ticks = count()
    return Signer(tmp_path / "keys", system_clock, lambda: float(next(ticks)))


def test_a_signature_is_one_over_these_bytes_only(signer):
    signature = signer.sign(b"package")
    assert signer.verifies(b"package", signature)
    assert not signer.verifies(b"another", signature)
    assert not signer.verifies(b"package", Signature(signature.content, "unknown"))


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not on PATH")
def test_openssl_says_the_same(signer, tmp_path):
    signature = signer.sign(b"package")
    (key,) = signer.public_keys()
    for name, content in (("key.pem", key.pem.encode()), ("sig", signature.content), ("tgz", b"package"), ("bad", b"")):
        (tmp_path / name).write_bytes(content)
    command = [OPENSSL, "dgst", "-sha256", "-verify", "key.pem", "-signature", "sig"]
    good, bad = (
        subprocess.run([*command, name], cwd=tmp_path, capture_output=True, text=True) for name in ("tgz", "bad")
    )
    assert (good.returncode, good.stdout.strip()) == (0, "Verified OK")
    assert bad.returncode != 0


def test_the_key_is_made_at_first_use_and_only_its_owner_can_read_it(signer):
    assert list(signer.public_keys()) == []
    assert not signer.folder.exists()
    signer.sign(b"package")
    (path,) = signer.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(signer.folder.stat().st_mode) == 0o700
    again = Signer(signer.folder, system_clock)
    assert again.sign(b"package").key == signer.sign(b"package").key
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others than its owner"):
        Signer(signer.folder, system_clock).sign(b"package")


def test_a_public_key_tells_nothing_of_the_private_one(signer):
    signer.sign(b"package")
    (key,) = signer.public_keys()
    assert key.pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert "PRIVATE" not in key.pem


def test_digests_are_those_of_the_standards():
    """The example of GB/T 32905, A.1."""
    assert sha256_of(b"abc") == sha256(b"abc").hexdigest()
    assert sm3_of(b"abc") in ("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "")


async def test_the_archive_that_is_published_is_signed(house):
    project = await ready(house)
    archive = (await house.prepared(project)).archive
    content, signature = await house.store.kept(archive.sha256), await house.store.kept(archive.signature)
    assert house.press.signer.verifies(content, Signature(signature, archive.key))
    assert archive.sm3 == sm3_of(content)


async def test_the_same_draft_gives_the_same_bytes(house):
    project = await ready(house)
    first, second = (await house.prepared(project)).archive, (await house.prepared(project)).archive
    assert first.sha256 == second.sha256
