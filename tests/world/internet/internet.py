"""The internet: its domains, and the order in which its parts start and stop."""

import json
import os
import shutil
import sys
import tempfile

from ..broken_hosts import BlackHole
from ..certificates import CertificateAuthority
from ..errors import WorldError
from ..knot import Knot
from ..network import Network
from ..process import Process
from ..waiting import accepts
from . import kinds  # noqa: F401 - the kinds register themselves
from .domain import Addresses
from .infrastructure import ISPDB_URL, infrastructure
from .registry import all_domains

# Host numbers in the /24.
IMAP = 11
CLOSED = 30
BLACK_HOLE = 31
SILENT = 32
PLAIN_HTTP = 33
STARTTLS_ONLY = 34
DNS = 53
HTTPS = 80

PORTS = (80, 143, 443, 993)
TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Internet:
    """`domains` are those of all kinds, each with what is expected of it. A daemon needs `dns_server`,
    `ca_file`, `network` (the only one that it may reach) and `ispdb_url`."""

    ispdb_url = ISPDB_URL

    def __init__(self, network=None, make_domains=all_domains, warm=False):
        """@param warm all certificates are made before the start, so that nobody waits for one"""
        self._warm = warm
        self._network = network or Network()
        self.directory = tempfile.mkdtemp(prefix="gatepost-internet-")
        authority = CertificateAuthority(self._path("certificates"))
        self._authority = authority
        self.addresses = Addresses(
            https=self._address(HTTPS), imap=self._address(IMAP), closed=self._address(CLOSED),
            black_hole=self._address(BLACK_HOLE), silent=self._address(SILENT),
            plain_http=self._address(PLAIN_HTTP), starttls_only=self._address(STARTTLS_ONLY),
        )  # fmt: skip
        self.domains = make_domains(self.addresses)
        self.dns = Knot(self._path("knot"), self._address(DNS))
        self._ends = Process(
            "the ends",
            [sys.executable, "-B", "-m", "world.internet.ends", self._path("ends.json")],
            self._path("ends.log"), directory=TESTS,
        )  # fmt: skip
        self._black_holes = []

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        try:
            self._describe()
            self.dns.start()
            self._ends.start(ready=self._serves)
            self._black_holes = [BlackHole(self.addresses.black_hole, port) for port in PORTS]
        except OSError as error:
            self.stop()
            raise WorldError(f"the internet cannot start: {error}") from error
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        for hole in self._black_holes:
            hole.stop()
        self._ends.stop()
        self.dns.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._network.release()

    @property
    def ca_file(self):
        return self._authority.file

    @property
    def dns_server(self):
        return self.dns.server

    @property
    def network(self):
        return self._network.prefix + ".0/24"

    def _describe(self):
        hosts = {}
        for domain in self._all():
            # One zone, the root: names and their aliases cross domains as in the real DNS.
            self.dns.add(".", *domain.records)
            hosts.update(domain.described_hosts())
            if domain.has_servfail:
                self.dns.add_broken(domain.name)
        description = {
            "directory": self.directory, "ca": self._authority.own._asdict(), "hosts": hosts,
            "warm": self._warm, "https": self.addresses.https, "imap": self.addresses.imap,
            "silent": self.addresses.silent, "plain_http": self.addresses.plain_http,
            "starttls_only": self.addresses.starttls_only,
        }  # fmt: skip
        with open(self._path("ends.json"), "w") as file:
            json.dump(description, file)

    def _all(self):
        behind = infrastructure(self.addresses, self.domains)
        return behind + [one for domain in self.domains for one in domain.with_others()]

    def _serves(self):
        servers = (self.addresses.https, 443), (self.addresses.imap, 143), (self.addresses.silent, 993)
        return all(accepts(*server) for server in servers)

    def _address(self, number):
        return self._network.address(number)

    def _path(self, name):
        return os.path.join(self.directory, name)
