"""DPoP proofs (RFC 9449) by another implementation, Python's `cryptography`.

proof.py verify            reads a proof, prints its payload; fails unless header and signature hold
proof.py make METHOD URL   prints a proof by a new key
proof.py record TEXT       reads a proof and, on the next line, the base64 of a signature of TEXT by the same key
"""
import base64
import hashlib
import json
import sys

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from device import SIGNED, Device, encoded


def decoded(text):
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


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


match sys.argv[1:]:
    case ["verify"]:
        print(json.dumps(read(sys.stdin.read())[1]))
    case ["make", method, url]:
        print(Device().proof(method, url, "n"))
    case ["record", text]:
        proof, signature = sys.stdin.read().split()
        check(read(proof)[0], base64.b64decode(signature), text.encode())
    case _:
        sys.exit(__doc__)
