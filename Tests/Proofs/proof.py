"""DPoP proofs (RFC 9449) by another implementation, Python's `cryptography`.

proof.py verify            reads a proof, prints its payload; fails unless header and signature hold
proof.py make METHOD URL   prints a proof by a new key
proof.py record TEXT       reads a proof and, on the next line, the base64 of a signature of TEXT by the same key
"""
import base64
import hashlib
import json
import os
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SIGNED = ec.ECDSA(hashes.SHA256())


def decoded(text):
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def check(jwk, signature, text):
    assert len(signature) == 64
    x, y = (int.from_bytes(decoded(jwk[name]), "big") for name in ("x", "y"))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    halves = [int.from_bytes(half, "big") for half in (signature[:32], signature[32:])]
    key.verify(encode_dss_signature(*halves), text, SIGNED)


def read(proof):
    header, payload, signature = proof.strip().split(".")
    fields = json.loads(decoded(header))
    jwk = fields["jwk"]
    assert fields["typ"] == "dpop+jwt" and fields["alg"] == "ES256"
    assert sorted(jwk) == ["crv", "kty", "x", "y"] and jwk["crv"] == "P-256" and jwk["kty"] == "EC"
    check(jwk, decoded(signature), f"{header}.{payload}".encode())
    thumbprint = hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest()
    return jwk, json.loads(decoded(payload)) | {"thumbprint": encoded(thumbprint)}


def make(method, url):
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256"} | {
        name: encoded(number.to_bytes(32, "big")) for name, number in (("x", numbers.x), ("y", numbers.y))
    }
    payload = {"jti": encoded(os.urandom(16)), "htm": method, "htu": url, "iat": 1, "nonce": "n"}
    parts = [{"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}, payload]
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    halves = decode_dss_signature(key.sign(text.encode(), SIGNED))
    return text + "." + encoded(b"".join(half.to_bytes(32, "big") for half in halves))


match sys.argv[1:]:
    case ["verify"]:
        print(json.dumps(read(sys.stdin.read())[1]))
    case ["make", method, url]:
        print(make(method, url))
    case ["record", text]:
        proof, signature = sys.stdin.read().split()
        check(read(proof)[0], base64.b64decode(signature), text.encode())
    case _:
        sys.exit(__doc__)
