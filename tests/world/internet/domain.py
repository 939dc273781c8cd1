"""A pretended domain while its kind describes it: records, hosts, pages and IMAP ends."""

import base64
from dataclasses import asdict, dataclass, field

AUTOCONFIG_PATH = "/mail/config-v1.1.xml"
WELL_KNOWN_PATH = "/.well-known/autoconfig/mail/config-v1.1.xml"

CAPABILITIES = "IMAP4rev1 SASL-IR AUTH=PLAIN"


@dataclass
class Page:
    """What is answered at a path. The body is repeated `times`; `drip` seconds lie between bytes."""

    body: str = ""
    content_type: str = "text/xml"
    status: int = 200
    headers: dict = field(default_factory=dict)
    times: int = 1
    drip: float = 0
    gzip: bool = False
    length: bool = True  # False: the end of the connection is the end of the body
    method: str | None = None  # None: any


@dataclass
class ImapEnd:
    greeting: str = "* OK ready"
    capabilities: str = CAPABILITIES
    starttls: bool = True


@dataclass
class Host:
    """A name behind the ends. `flaw`: expired, wrong-name, self-signed or unknown-ca."""

    flaw: str | None = None
    pages: dict = field(default_factory=dict)  # path, or "*" for all others → Page
    imap: ImapEnd | None = None


@dataclass
class Addresses:
    """Where names can point to."""

    https: str
    imap: str
    closed: str  # refuses connections
    black_hole: str  # neither accepts nor refuses
    silent: str  # accepts, and says nothing
    plain_http: str  # only port 80 of the web is open
    starttls_only: str  # only port 143 of IMAP is open


class Domain:
    def __init__(self, name, local_part, variation, addresses, shown=None, names=None):
        self.name = name
        self.local_part = local_part
        self.email = f"{local_part}@{name}"
        self.asked = f"{local_part}@{shown or name}"  # as a person writes it
        self.random = variation
        self.to = addresses
        self.kind = None
        self.expected = None
        self.records = []
        self.hosts = {}
        self.has_servfail = False  # the DNS knows that it is responsible, and no more
        self.ispdb_page = None
        self.others = []
        self._names = names

    def at(self, label):
        return f"{label}.{self.name}" if label else self.name

    def other(self):
        """Another domain that this one has to do with, such as its hosting provider."""
        made = Domain(self._names.domain(), "nobody", self.random, self.to, names=self._names)
        self.others.append(made)
        return made

    # ---- DNS. Owners are names below the domain; "" is itself.

    def record(self, owner, kind, data):
        self.records.append(f"{self.at(owner)}. {kind} {data}")

    def address(self, owner, address):
        self.record(owner, "AAAA" if ":" in address else "A", address)

    def srv(self, service, target, port, priority=0, weight=1):
        """@param target a whole name, or "" for a service that is not offered"""
        self.record(f"_{service}._tcp", "SRV", f"{priority} {weight} {port} {target}.")

    def mx(self, host, preference=10):
        self.record("", "MX", f"{preference} {host}.")

    # ---- Hosts.

    def web(self, label, path, page, flaw=None):
        """A page at a host of the domain, whose name is returned."""
        if not isinstance(page, Page):
            page = Page(page)
        host = self._host(label, self.to.https)
        host.flaw = flaw
        host.pages[path] = page
        return self.at(label)

    def autoconfig(self, page, **more):
        return self.web("autoconfig", AUTOCONFIG_PATH, page, **more)

    def well_known(self, page, **more):
        return self.web("", WELL_KNOWN_PATH, page, **more)

    def ispdb(self, page):
        self.ispdb_page = page

    def imap(self, label=None, end=None, flaw=None):
        """An IMAP server of the domain, by default under a name that nobody would guess."""
        if label is None:
            label = self.random.choice(("in", "mailbox", "imap4", "store-1", "mx7"))
        host = self._host(label, self.to.imap)
        host.flaw = flaw
        host.imap = end or ImapEnd()
        return self.at(label)

    def _host(self, label, address):
        name = self.at(label)
        if name not in self.hosts:
            self.hosts[name] = Host()
            self.address(label, address)
        return self.hosts[name]

    def with_others(self):
        return [self, *self.others]

    def described_hosts(self):
        """For the process that is all the hosts, as JSON can say it."""
        return {name: _described(host) for name, host in self.hosts.items()}


def _described(host):
    described = asdict(host)
    for page in described["pages"].values():
        page["body"] = base64.b64encode(page["body"].encode()).decode()
    return described
