from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from fhir_kernel.errors import SettingsError
from fhir_server.identity.keys import KeyRing, forget_keys, make_key, open_key_ring
from fhir_server.identity.scopes import parse_scopes
from fhir_server.identity.tokens import TokenRefused, Tokens

SCOPES, _ = parse_scopes("system/Patient.rs")


@pytest.fixture
def keys(service):
    folder = service.settings.key_folder
    return KeyRing(folder, service.time.clock, service.time.now, timedelta(minutes=6))


@pytest.fixture
def tokens(service, keys):
    return Tokens(keys, "urn:this", service.time.clock, lambda: "j", 300)


@pytest.fixture
def forge(service, keys):
    """A token as the service would make it but for what is given."""

    def forged(key=None, header=None, **claims):
        now = int(service.time.clock().timestamp())
        said = {"iss": "urn:this", "aud": "urn:this", "sub": "c-1", "client_id": "c-1", "iat": now, "exp": now + 300}
        said |= {"jti": "j", "scope": "system/*.cruds"} | claims
        said = {name: value for name, value in said.items() if value is not None}
        head = {"alg": "ES256", "kid": keys.signing.id, "typ": "at+jwt"} | (header or {})
        return jwt.encode(head, said, key or keys.signing.key, algorithms=[head["alg"]])

    return forged


def test_a_token_that_was_issued_is_believed(tokens):
    issued = tokens.issue("c-1", SCOPES)
    claims = tokens.verify(issued.text)
    assert (claims.client, claims.scopes, issued.seconds) == ("c-1", SCOPES, 300)
    assert tokens.verify(issued.text) == claims


def test_a_token_is_over_at_its_second(tokens, service):
    token = tokens.issue("c-1", SCOPES).text
    service.time.passed = 299.0
    tokens.verify(token)
    service.time.passed = 300.0
    with pytest.raises(TokenRefused, match="expired"):
        tokens.verify(token)


def test_the_forged_token_that_differs_in_nothing_is_believed(tokens, forge):
    assert tokens.verify(forge()).client == "c-1"


def test_a_token_of_another_key_under_our_name_is_refused(tokens, forge):
    with pytest.raises(TokenRefused, match="not signed by a key of this service"):
        tokens.verify(forge(ECKey.generate_key("P-256")))


def test_a_token_of_another_key_under_its_own_name_is_refused(tokens, forge):
    key = ECKey.generate_key("P-256", auto_kid=True)
    with pytest.raises(TokenRefused, match="not signed by a key"):
        tokens.verify(forge(key, {"kid": key.kid}))
    with pytest.raises(TokenRefused, match="not signed by a key"):
        tokens.verify(forge(key, {"kid": key.kid, "jwk": key.as_dict(private=False)}))


@pytest.mark.parametrize("kid", ["", "../../etc/passwd", "unknown"])
def test_a_key_that_nobody_knows_is_refused(tokens, forge, kid):
    with pytest.raises(TokenRefused, match="not signed by a key"):
        tokens.verify(forge(header={"kid": kid}))


def _unsigned(token, alg):
    import base64

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    header = {"alg": alg, "typ": "at+jwt"}
    return f"{part(header)}.{token.split('.')[1]}."


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_without_signature_is_refused(tokens, forge, alg):
    with pytest.raises(TokenRefused, match="not signed"):
        tokens.verify(_unsigned(forge(), alg))


def test_another_algorithm_is_refused_even_with_our_public_key_as_its_secret(tokens, forge, keys):
    public = keys.signing.key.as_pem(private=False)
    with pytest.raises(TokenRefused, match="not signed"):
        tokens.verify(forge(OctKey.import_key(public.hex()), {"alg": "HS256"}))
    with pytest.raises(TokenRefused, match="not signed"):
        tokens.verify(forge(RSAKey.generate_key(2048), {"alg": "RS256"}))


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "urn:other"}, "another service"),
        ({"aud": ["urn:this", "urn:other"]}, "lacks a claim"),
        ({"iss": "urn:other"}, "another service"),
        ({"exp": None}, "until when"),
        ({"exp": True}, "until when"),
        ({"exp": "4000000000"}, "until when"),
        ({"exp": 1}, "expired"),
        ({"client_id": None}, "lacks a claim"),
        ({"scope": None}, "lacks a claim"),
    ],
)
def test_claims_that_are_not_right_are_refused(tokens, forge, claims, reason):
    with pytest.raises(TokenRefused, match=reason):
        tokens.verify(forge(**claims))


def test_a_token_of_another_type_is_refused(tokens, forge):
    with pytest.raises(TokenRefused, match="no access token"):
        tokens.verify(forge(header={"typ": "JWT"}))


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "....", "é.é.é", "\ud800.a.b", "x" * 9_000, "a.b.c.d.e"])
def test_what_is_no_token_is_refused(tokens, token):
    with pytest.raises(TokenRefused):
        tokens.verify(token)


def test_a_changed_token_is_refused(tokens):
    token = tokens.issue("c-1", SCOPES).text
    head, claims, signature = token.split(".")
    for place in (0, len(claims) // 2, len(claims) - 2):
        changed = claims[:place] + ("A" if claims[place] != "A" else "B") + claims[place + 1 :]
        with pytest.raises(TokenRefused):
            tokens.verify(f"{head}.{changed}.{signature}")


def test_a_refusal_tells_nothing_of_the_token(tokens, forge):
    token = forge(ECKey.generate_key("P-256"))
    with pytest.raises(TokenRefused) as refusal:
        tokens.verify(token)
    assert token not in repr(refusal.value)
    assert refusal.value.__cause__ is None
    assert token not in repr(tokens.issue("c-1", SCOPES))


def test_after_a_change_of_keys_the_tokens_of_the_old_one_hold_until_they_are_over(tokens, keys, service):
    old, token = keys.signing.id, tokens.issue("c-1", SCOPES).text
    service.time.passed = 10.0
    new = make_key(service.settings.key_folder, service.time.clock)
    service.time.passed = 12.0
    assert keys.signing.id == new
    assert tokens.verify(token).client == "c-1"
    assert [each["kid"] for each in keys.public()["keys"]] == [new, old]
    service.time.passed = 400.0
    assert [each["kid"] for each in keys.public()["keys"]] == [new]
    assert keys.find(old) is None


def test_when_keys_are_forgotten_their_tokens_are_refused_though_they_were_believed_before(tokens, service):
    token = tokens.issue("c-1", SCOPES).text
    tokens.verify(token)
    folder = service.settings.key_folder
    assert forget_keys(folder, but=make_key(folder, service.time.clock)) == 1
    service.time.passed = 2.0
    with pytest.raises(TokenRefused, match="not signed by a key"):
        tokens.verify(token)


def test_a_key_that_another_process_made_is_known_as_soon_as_it_is_asked_for(tokens, service):
    other = KeyRing(service.settings.key_folder, service.time.clock, service.time.now, timedelta(minutes=6))
    service.time.passed = 0.5
    make_key(service.settings.key_folder, service.time.clock)
    service.time.passed = 1.6
    token = Tokens(other, "urn:this", service.time.clock, lambda: "j", 300).issue("c-1", SCOPES).text
    assert tokens.verify(token).client == "c-1"


def test_the_published_keys_hold_no_secret_and_verify_elsewhere(tokens, keys):
    (public,) = keys.public()["keys"]
    assert set(public) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    read = jwt.decode(tokens.issue("c-1", SCOPES).text, ECKey.import_key(public), algorithms=["ES256"])
    assert read.claims["client_id"] == "c-1"


@pytest.mark.skipif(os.name == "nt", reason="files have no such modes there")
def test_keys_are_for_nobody_else_to_read(service):
    folder = service.settings.key_folder
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="expected the mode 600"):
        KeyRing(folder, service.time.clock, service.time.now, timedelta())


def test_a_file_that_is_no_key_is_named_and_not_shown(service):
    (file,) = service.settings.key_folder.iterdir()
    file.write_text('{"created": "2025-01-01", "key": {"kty": "EC", "d": "private-part"}}')
    with pytest.raises(SettingsError, match="is no key that this program wrote") as refusal:
        KeyRing(service.settings.key_folder, service.time.clock, service.time.now, timedelta())
    assert "private-part" not in str(refusal.value)


def test_the_private_part_is_never_shown(keys):
    private = keys.signing.key.as_dict(private=True)["d"]
    assert private not in repr(keys.signing)
    assert private not in repr(keys.public())


def test_a_server_that_starts_after_long_signs_with_a_new_key(service):
    folder, time = service.settings.key_folder, service.time
    rest = {"overlap": timedelta(minutes=6), "longest": timedelta(days=90)}
    first = open_key_ring(folder, time.clock, time.now, **rest).signing.id
    time.passed = timedelta(days=89).total_seconds()
    assert open_key_ring(folder, time.clock, time.now, **rest).signing.id == first
    time.passed = timedelta(days=90).total_seconds()
    assert open_key_ring(folder, time.clock, time.now, **rest).signing.id != first
