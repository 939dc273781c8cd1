"""DNSSEC: Knot with a zone that it signs, and Unbound in front of it and of the world's other zones.

Unbound validates the signed zone by its key; nothing is signed above or beside it.
"""

import os
import subprocess

from .dns_query import dns_query
from .knot import Knot
from .process import Process

# Host numbers in the world's /24.
SIGNED = 54
RESOLVER = 55


class SignedKnot(Knot):
    """A name server that signs all its zones."""

    def _write(self):
        super()._write()
        os.makedirs(os.path.join(self._directory, "db"), exist_ok=True)  # for its keys
        with open(self._configuration) as file:
            text = file.read()
        text = text.replace("journal-content: none", "journal-content: none\n    dnssec-signing: on")
        with open(self._configuration, "w") as file:
            file.write(text)

    def trust_anchor(self, domain):
        """The zone's key-signing key, as a line of a zone file."""
        done = subprocess.run(
            ["/usr/sbin/keymgr", "-c", self._configuration, domain, "dnskey"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()


class Unbound:
    """A validating resolver for the world, for as long as the block lasts."""

    PORT = 53

    def __init__(self, world, domain, *records):
        """@param domain the one that is signed, with its records"""
        directory = os.path.join(world.directory, "unbound-" + domain)
        os.makedirs(directory)
        self._domain = domain
        self._address = world.address(RESOLVER)
        self._world_dns = world.address(53)
        self._signed_address = world.address(SIGNED)
        self._signed = SignedKnot(os.path.join(directory, "knot"), self._signed_address)
        self._signed.add(domain, *records)
        self._directory = directory
        self._configuration = os.path.join(directory, "unbound.conf")
        self._process = Process(
            "unbound", ["/usr/sbin/unbound", "-d", "-c", self._configuration],
            os.path.join(directory, "unbound.log"),
        )  # fmt: skip

    @property
    def server(self):
        return f"{self._address}:{self.PORT}"

    def __enter__(self):
        self._signed.start()
        try:
            self._write()
            self._process.start(ready=self._answers)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.stop()
        self._signed.stop()

    def _write(self):
        lines = [
            "server:", f"    interface: {self._address}@{self.PORT}",
            "    access-control: 127.0.0.0/8 allow", "    do-not-query-localhost: no",
            "    do-daemonize: no", '    username: ""', '    chroot: ""', '    pidfile: ""',
            f'    directory: "{self._directory}"', "    use-syslog: no", "    num-threads: 1",
            '    module-config: "validator iterator"', "    qname-minimisation: no",
            # Unbound answers for this top-level domain itself (RFC 6761) unless it is told not to.
            '    local-zone: "example." nodefault', '    local-zone: "test." nodefault',
            f'    trust-anchor: "{self._signed.trust_anchor(self._domain)}"',
            "remote-control:", "    control-enable: no",
            "forward-zone:", f'    name: "{self._domain}"',
            f"    forward-addr: {self._signed_address}",
            "forward-zone:", '    name: "."', f"    forward-addr: {self._world_dns}",
        ]  # fmt: skip
        with open(self._configuration, "w") as file:
            file.write("\n".join(lines) + "\n")

    def _answers(self):
        try:
            return dns_query((self._address, self.PORT), self._domain, "SOA") == ("NOERROR", 1)
        except OSError:
            return False
