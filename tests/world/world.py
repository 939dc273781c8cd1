"""The world: its hosts, its domains, and the order in which they start and stop."""

import os
import shutil
import tempfile

from .autoconfig import autoconfig_xml
from .broken_hosts import BlackHole
from .certificates import CertificateAuthority
from .dovecot import IMAP_PORT, IMAPS_PORT, Dovecot
from .errors import WorldError
from .https_server import HttpsServer, Page
from .knot import Knot
from .network import Network

# Host numbers in the world's /24.
PROVIDER = 10
EXPIRED = 21
WRONG_NAME = 22
SELF_SIGNED = 23
UNKNOWN_CA = 24
CLOSED = 30
BLACK_HOLE = 31
DNS = 53
HTTPS = 80

# Hosts of the domain provider.example, by the first label.
HOSTS = {
    "imap": PROVIDER,
    "expired": EXPIRED,
    "wrong-name": WRONG_NAME,
    "self-signed": SELF_SIGNED,
    "unknown-ca": UNKNOWN_CA,
    "closed": CLOSED,
    "black-hole": BLACK_HOLE,
}
IMAP_HOST = "imap.provider.example"

AUTOCONFIG_PATH = "/mail/config-v1.1.xml"
WELL_KNOWN_PATH = "/.well-known/autoconfig/mail/config-v1.1.xml"


class World:
    """What is there after start():

    - `imap.provider.example`, Dovecot with ports 993 and 143; `provider.add_user(...)`
    - the same mailboxes behind bad certificates: `expired.`, `wrong-name.`, `self-signed.` and
      `unknown-ca.provider.example`; nothing at all at `closed.`, no answer from `black-hole.`
    - the domains of _add_standard_domains(), each with the one way its name says
    """

    def __init__(self):
        self._network = Network()
        self.directory = tempfile.mkdtemp(prefix="gatepost-world-")
        os.chmod(self.directory, 0o755)  # Dovecot's users come through here
        self._authority = CertificateAuthority(self._path("certificates"))
        self.dns = Knot(self._path("knot"), self.address(DNS))
        self.https = HttpsServer(self.address(HTTPS), self._authority)
        self.dovecot = self._make_dovecot()
        self._black_hole = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        try:
            self._add_standard_domains()
            self.dns.start()
            self.https.start()
            self.dovecot.start()
            self._black_hole = BlackHole(self.address(BLACK_HOLE), IMAPS_PORT)
        except OSError as error:
            self.stop()
            raise WorldError(f"the world cannot start: {error}") from error
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        if self._black_hole is not None:
            self._black_hole.stop()
        self.dovecot.stop()
        self.https.stop()
        self.dns.stop()
        self.dovecot.remove()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._network.release()

    @property
    def provider(self):
        return self.dovecot

    @property
    def ca_file(self):
        return self._authority.file

    @property
    def dns_server(self):
        return self.dns.server

    def address(self, host):
        return self._network.address(host)

    def certificate(self, *names):
        """A good certificate for a server of one's own."""
        return self._authority.issue(*names)

    # ---- Domains.

    def add_domain(self, domain, *records, autoconfig=None, well_known=None):
        """A domain with these DNS records, and with the text of an autoconfig file at
        `autoconfig.DOMAIN` or below `.well-known` of the domain itself."""
        records = list(records)
        if autoconfig is not None:
            self.https.serve("autoconfig." + domain, AUTOCONFIG_PATH, _page(autoconfig))
            records.append(f"autoconfig A {self.address(HTTPS)}")
        if well_known is not None:
            self.https.serve(domain, WELL_KNOWN_PATH, _page(well_known))
            records.append(f"@ A {self.address(HTTPS)}")
        self.dns.add(domain, *records)

    def _add_standard_domains(self):
        imap = self.address(PROVIDER)
        self.add_domain(
            "provider.example",
            *(f"{name} A {self.address(number)}" for name, number in HOSTS.items()),
            "mx A " + self.address(CLOSED),
            autoconfig=autoconfig_xml("provider.example", IMAP_HOST),
        )
        self.add_domain(
            "autoconfig.example", autoconfig=autoconfig_xml("autoconfig.example", IMAP_HOST)
        )
        self.add_domain(
            "well-known.example", well_known=autoconfig_xml("well-known.example", IMAP_HOST)
        )
        self.add_domain(
            "html.example",
            autoconfig=Page(b"<!doctype html><title>Welcome</title><p>Hello", "text/html"),
        )
        self.add_domain(
            "srv.example", f"imap A {imap}", f"_imaps._tcp SRV 0 1 {IMAPS_PORT} imap.srv.example."
        )
        self.add_domain(
            "starttls.example", f"imap A {imap}", "_imaps._tcp SRV 0 0 0 .",
            f"_imap._tcp SRV 0 1 {IMAP_PORT} imap.starttls.example.",
        )  # fmt: skip
        self.add_domain("srv-outside.example", f"_imaps._tcp SRV 0 1 {IMAPS_PORT} {IMAP_HOST}.")
        self.add_domain("mx.example", "@ MX 10 mx.provider.example.")
        self.add_domain("mx-unknown.example", "@ MX 10 mx.nowhere.example.")
        # Named only, never asked: the table knows these names.
        self.add_domain("google-mx.example", "@ MX 1 aspmx.l.google.com.")

    def _make_dovecot(self):
        certificate = self._authority.issue(IMAP_HOST, "imap.srv.example", "imap.starttls.example")
        stranger = CertificateAuthority(self._path("certificates-of-a-stranger"), "Stranger")
        dovecot = Dovecot(self._path("dovecot"), self.address(PROVIDER), certificate)
        for number, bad in (
            (EXPIRED, self._authority.issue("expired.provider.example", days=-1)),
            (WRONG_NAME, self._authority.issue("other.provider.example")),
            (SELF_SIGNED, self._authority.self_signed("self-signed.provider.example")),
            (UNKNOWN_CA, stranger.issue("unknown-ca.provider.example")),
        ):
            dovecot.listen_also(self.address(number), bad)
        return dovecot

    def _path(self, name):
        return os.path.join(self.directory, name)


def _page(content):
    return content if isinstance(content, Page) else Page(content.encode())
