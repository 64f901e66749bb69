"""Looks for secrets in anything a program leaves: raw, in hexadecimal of either case, in base64 at
each of its three alignments. A scan that saw no octets, or that would miss a planted key, is a
fault."""

import base64


def spellings(secret):
    yield "raw", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + secret).rstrip(b"=")
        # Characters that also hold bits of the neighbours are not ours.
        first = -(-8 * shift // 6)
        last = (8 * (shift + len(secret))) // 6
        yield f"base64+{shift}", text[first:last]


class SecretScan:
    def __init__(self, secrets):
        """`secrets`: name -> octets, each of at least eight."""
        self.secrets = dict(secrets)
        self.octets = 0
        if not self.secrets or any(len(value) < 8 for value in self.secrets.values()):
            raise ValueError("nothing worth looking for")
        self._prove()

    def _prove(self):
        for name, secret in self.secrets.items():
            for prefix in (b"", b"k=", b"--x"):
                planted = [secret, secret.hex().encode(), secret.hex().upper().encode(),
                           base64.b64encode(prefix + secret + b"tail")]
                for octets in planted:
                    if not self.find(prefix + octets + b"\n"):
                        raise RuntimeError(f"the scan misses a planted {name}")
        self.octets = 0

    def find(self, octets):
        """Names and spellings of all secrets in `octets`."""
        self.octets += len(octets)
        return [f"{name} ({spelling})" for name, secret in self.secrets.items()
                for spelling, text in spellings(secret) if text in octets]
