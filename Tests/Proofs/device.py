"""A device's key and its DPoP proofs (RFC 9449), by Python's `cryptography`."""
import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SIGNED = ec.ECDSA(hashes.SHA256())


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        self.jwk = {"kty": "EC", "crv": "P-256"} | {
            name: encoded(number.to_bytes(32, "big")) for name, number in (("x", numbers.x), ("y", numbers.y))
        }
        self.header = encoded(json.dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}).encode())

    def proof(self, method, url, nonce, token=None):
        payload = {"jti": encoded(os.urandom(16)), "htm": method, "htu": url, "iat": 1, "nonce": nonce}
        if token:
            payload["ath"] = encoded(hashlib.sha256(token.encode()).digest())
        text = self.header + "." + encoded(json.dumps(payload).encode())
        halves = decode_dss_signature(self.key.sign(text.encode(), SIGNED))
        return text + "." + encoded(b"".join(half.to_bytes(32, "big") for half in halves))
