"""A private certificate authority by the openssl program, and certificates that are wrong in one way."""

import os
import subprocess
from typing import NamedTuple

# EC keys: a world makes a dozen of them, and RSA keys would take seconds.
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Certificate(NamedTuple):
    certificate: str  # path of the PEM file
    key: str  # path of the PEM file


class CertificateAuthority:
    def __init__(self, directory, name="World"):
        self._directory = directory
        self._name = name
        os.makedirs(directory, exist_ok=True)
        self._own = self._files("ca-" + name)
        _openssl(
            "req", "-x509", *NEW_KEY, "-days", "30", "-subj", f"/CN={name} Test CA",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", self._own.key, "-out", self._own.certificate,
        )  # fmt: skip

    @property
    def file(self):
        """The CA's certificate: what clients trust."""
        return self._own.certificate

    @property
    def own(self):
        """The CA's certificate and key."""
        return self._own

    def issue(self, *names, days=30):
        """A certificate for these host names. With days=-1 it expired yesterday."""
        files = self._files(names[0])
        request = files.key + ".csr"
        extensions = files.key + ".ext"
        with open(extensions, "w") as file:
            file.write("subjectAltName=" + ",".join("DNS:" + name for name in names) + "\n")
            file.write("extendedKeyUsage=serverAuth\n")
        _openssl(
            "req", "-new", *NEW_KEY, "-subj", f"/CN={names[0]}",
            "-keyout", files.key, "-out", request,
        )  # fmt: skip
        _openssl(
            "x509", "-req", "-in", request, "-CA", self._own.certificate, "-CAkey", self._own.key,
            "-days", str(days), "-extfile", extensions, "-out", files.certificate,
        )  # fmt: skip
        return files

    def self_signed(self, name):
        """A certificate for the name that nobody vouches for."""
        files = self._files("self-signed-" + name)
        _openssl(
            "req", "-x509", *NEW_KEY, "-days", "30", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName=DNS:{name}",
            "-keyout", files.key, "-out", files.certificate,
        )  # fmt: skip
        return files

    def _files(self, name):
        base = os.path.join(self._directory, name.replace("*", "any"))
        return Certificate(base + ".crt", base + ".key")


def _openssl(*arguments):
    subprocess.run(
        ["openssl", *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True
    )
