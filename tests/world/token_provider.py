"""A provider that takes OAuth access tokens only, at tokens.provider.example: Dovecot again.

Tokens are JWTs (RFC 7519) that it checks by itself, with a key that it shares with the tests.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time

from .dovecot import Dovecot

# Host number in the world's /24.
HOST = 12

IMAP_HOST = "tokens.provider.example"


class TokenProvider(Dovecot):
    """Runs for as long as the block lasts."""

    def __init__(self, world):
        directory = os.path.join(world.directory, "tokens")
        super().__init__(directory, world.address(HOST), world.certificate(IMAP_HOST))
        self._key = secrets.token_bytes(32)
        key_file = os.path.join(directory, "keys/default/HS256/default")
        os.makedirs(os.path.dirname(key_file))
        with open(key_file, "wb") as file:
            file.write(base64.b64encode(self._key))
        with open(self._oauth_file(), "w") as file:
            file.write(f"""introspection_mode = local
local_validation_key_dict = fs:posix:prefix={directory}/keys/
username_attribute = email
""")
        world.dns.add("provider.example", f"tokens A {world.address(HOST)}")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.remove()

    def token(self, address, lifetime_seconds=3600):
        """An access token for the user's mailbox; expired if its lifetime is negative."""
        now = int(time.time())
        claims = {"email": address, "sub": address, "iat": now - 7200, "nbf": now - 7200,
                  "exp": now + lifetime_seconds, "scope": "mail"}  # fmt: skip
        signed = _base64url(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
        signed += b"." + _base64url(json.dumps(claims).encode())
        signature = hmac.digest(self._key, signed, hashlib.sha256)
        return (signed + b"." + _base64url(signature)).decode()

    def _oauth_file(self):
        return os.path.join(self._directory, "oauth2.conf.ext")

    def _settings(self):
        passdb = f"""passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {self._oauth_file()}
}}
passdb {{"""
        return (
            super()._settings()
            .replace("auth_mechanisms = plain login", "auth_mechanisms = xoauth2 oauthbearer")
            .replace("passdb {", passdb, 1)
        )  # fmt: skip


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")
