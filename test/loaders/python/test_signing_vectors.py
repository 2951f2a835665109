"""The loader signs exactly as Node does."""

from __future__ import annotations

import unittest

from support import read_json, refusal, vectors

from exchange_keys_loader.protocol.signing import Credentials, UnsignedRequest, sign
from exchange_keys_loader.shared.secret import Secret


class FixedClock:
    def __init__(self, now: float, nonce: str) -> None:
        self._now, self._nonce = now, nonce

    def now(self) -> float:
        return self._now

    def nonce(self, form: str) -> str:
        return self._nonce


class SigningVectors(unittest.TestCase):
    def test_vectors(self) -> None:
        for vector in vectors("signing"):
            with self.subTest(number=vector["number"], name=vector["name"]):
                given = vector["credentials"]
                credentials = Credentials(
                    Secret(given["apiKey"]),
                    Secret(given["apiSecret"]),
                    Secret(given["passphrase"]) if "passphrase" in given else None,
                )
                template = vector["template"]
                if isinstance(template, str):
                    template = read_json("examples", "signing-templates", f"{template}.json")
                request = UnsignedRequest(**vector["request"])
                clock = FixedClock(vector["now"], vector.get("nonce", ""))
                if "refused" in vector:
                    hidden = [value for value in given.values() if len(value) > 8]
                    refusal(self, vector["refused"], lambda: sign(template, request, credentials, clock), *hidden)
                    continue
                signed = sign(template, request, credentials, clock)
                self.assertEqual(signed.path_and_query, vector["signed"]["pathAndQuery"])
                self.assertEqual(signed.headers, vector["signed"]["headers"])
                self.assertEqual(signed.body, _bytes(vector["signed"]["body"]))
                self.assertEqual(repr(signed), f"SignedRequest({request.method} ***)")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


if __name__ == "__main__":
    unittest.main()
