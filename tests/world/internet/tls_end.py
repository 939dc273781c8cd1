"""TLS for many names on one address: a certificate for a name is made when it is first asked for."""

import datetime
import os
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

class _NamedContext(ssl.SSLContext):
    host_name = None  # a server's connection does not tell what the client asked for, but this does


DAY = datetime.timedelta(days=1)
CERTIFICATE_DAYS = 30
MAX_COMMON_NAME = 64  # X.520; the subject alternative name is what counts


class TlsEnd:
    """`context` is for servers; which certificate they show is decided by the client's SNI."""

    def __init__(self, directory, ca, hosts):
        """@param ca paths: {"certificate": …, "key": …}"""
        self._path = os.path.join(directory, "leaf.pem")
        self._hosts = hosts
        self._issuer = _load_certificate(ca["certificate"]).subject
        self._ca_key = _load_key(ca["key"])
        # All hosts are ours: one key does for all, and a stranger's for what nobody vouches for.
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._stranger_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts = {}
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.sni_callback = self._choose

    def make_all(self, hosts):
        for name, host in hosts.items():
            if not name.startswith("*"):
                self._contexts[name] = self._make_context(name, host["flaw"])

    def _choose(self, connection, name, _context):
        host = self._hosts.find(name)
        if host is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        if name not in self._contexts:
            self._contexts[name] = self._make_context(name, host["flaw"])
        connection.context = self._contexts[name]
        return None

    def _make_context(self, name, flaw):
        private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        with open(self._path, "wb") as file:
            file.write(self._issue(name, flaw).public_bytes(serialization.Encoding.PEM))
            file.write(self._key.private_bytes(*private, serialization.NoEncryption()))
        context = _NamedContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._path)
        context.host_name = name
        return context

    def _issue(self, name, flaw):
        now = datetime.datetime.utcnow()
        subject = _named(name[:MAX_COMMON_NAME])
        shown = "other." + name if flaw == "wrong-name" else name
        issuer, signer = self._issuer, self._ca_key
        if flaw == "self-signed":
            issuer, signer = subject, self._key
        elif flaw == "unknown-ca":
            issuer, signer = _named("Stranger"), self._stranger_key
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CERTIFICATE_DAYS * DAY)
            .not_valid_after(now + (-1 if flaw == "expired" else CERTIFICATE_DAYS) * DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(shown)]), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
            .sign(signer, hashes.SHA256())
        )


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _load_certificate(path):
    with open(path, "rb") as file:
        return x509.load_pem_x509_certificate(file.read())


def _load_key(path):
    with open(path, "rb") as file:
        return serialization.load_pem_private_key(file.read(), None)
