// The key of this browser: made here, not to be taken out, and shown by a proof (RFC 9449) with each login.
"use strict";

const database = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("patrol", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

const stored = (mode, act) => database().then((open) => new Promise((resolve, reject) => {
  const asked = act(open.transaction("keys", mode).objectStore("keys"));
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
}));

const ES256 = { name: "ECDSA", namedCurve: "P-256" };

const key = async () => {
  const known = await stored("readonly", (store) => store.get("device"));
  if (known) return known;
  const made = await crypto.subtle.generateKey(ES256, false, ["sign", "verify"]);
  await stored("readwrite", (store) => store.put(made, "device"));
  return made;
};

const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const part = (value) => text(new TextEncoder().encode(JSON.stringify(value)));

// The page may have stood open for hours; a nonce is good for minutes.
const freshNonce = async (path) => {
  const answer = await fetch(path, { method: "HEAD", headers: { DPoP: "nonce" }, cache: "no-store" });
  return answer.headers.get("DPoP-Nonce");
};

const proof = async (pair, path) => {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const claims = {
    jti: text(crypto.getRandomValues(new Uint8Array(16))), htm: "POST", htu: location.origin + path,
    iat: Math.floor(Date.now() / 1000), nonce: await freshNonce(path),
  };
  const signed = part(header) + "." + part(claims);
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" }, pair.privateKey, new TextEncoder().encode(signed));
  return signed + "." + text(signature);
};

const form = document.querySelector("form[data-proves]");
if (form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const path = new URL(form.action).pathname;
      form.elements.proof.value = await proof(await key(), path);
    } catch {
      // Private windows and addresses without TLS keep no keys; the gateway says what to do.
    }
    form.submit();
  });
}
