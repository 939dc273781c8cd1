"""Knot DNS as the world's only name server: a zone for each domain, and for all else NXDOMAIN."""

import os

from .dns_query import dns_query
from .process import Process
from .waiting import wait_until


class Knot:
    PORT = 53

    def __init__(self, directory, address):
        self._directory = directory
        self._address = address
        self._zones = {}  # domain → its records, as lines of a zone file
        self._broken = []  # domains without a zone file: SERVFAIL
        self._serial = 1
        self._running = False
        os.makedirs(directory, exist_ok=True)
        self._configuration = os.path.join(directory, "knot.conf")
        self._process = Process(
            "knotd", ["/usr/sbin/knotd", "-c", self._configuration],
            os.path.join(directory, "knot.log"),
        )  # fmt: skip
        # The root: whatever no zone knows does not exist.
        self._zones["."] = []

    @property
    def server(self):
        return f"{self._address}:{self.PORT}"

    def start(self):
        self._write()
        self._process.start(ready=self._serves_all)
        self._running = True

    def stop(self):
        self._running = False
        self._process.stop()

    def add(self, domain, *records):
        """Adds records such as "@ MX 10 mail.example." to the domain's zone."""
        self._zones.setdefault(domain, []).extend(records)
        if self._running:
            self._serial += 1
            self._write()
            self._process.reload()
            wait_until(self._serves_all, "knotd does not load its zones")

    def add_broken(self, domain):
        """A domain whose names are all answered with SERVFAIL. Before start() only."""
        self._broken.append(domain)

    def _write(self):
        lines = [
            "server:", f"    rundir: {self._directory}", f"    listen: {self._address}@{self.PORT}",
            "    udp-workers: 1", "    tcp-workers: 1", "    background-workers: 1",
            # Milliseconds; on a busy machine half a second, the default, is soon over.
            "    tcp-io-timeout: 10000",
            "control:", f"    listen: {self._directory}/knot.sock",
            "database:", f"    storage: {self._directory}/db",
            "log:", "  - target: stderr", "    any: notice",
            "template:", "  - id: default", f"    storage: {self._directory}",
            "    zonefile-sync: -1", "    zonefile-load: whole", "    journal-content: none",
            "zone:",
        ]  # fmt: skip
        for domain, records in self._zones.items():
            file = ("root" if domain == "." else domain) + ".zone"
            self._write_zone(os.path.join(self._directory, file), domain, records)
            lines += [f"  - domain: {domain}", f"    file: {file}"]
        for domain in self._broken:
            lines += [f"  - domain: {domain}", "    file: missing.zone"]
        with open(self._configuration, "w") as file:
            file.write("\n".join(lines) + "\n")

    def _write_zone(self, path, domain, records):
        origin = domain if domain.endswith(".") else domain + "."
        with open(path, "w") as file:
            file.write(f"$ORIGIN {origin}\n$TTL 60\n")
            file.write(f"@ SOA ns.invalid. admin.invalid. {self._serial} 3600 600 86400 60\n")
            file.write("@ NS ns.invalid.\n")
            file.write(f"{self._marker()} TXT loaded\n")
            file.writelines(record + "\n" for record in records)

    def _marker(self):
        """A name that only the newest version of a zone has."""
        return f"_loaded-{self._serial}"

    def _serves_all(self):
        server = (self._address, self.PORT)
        try:
            return all(
                dns_query(server, f"{self._marker()}.{zone}", "TXT") == ("NOERROR", 1)
                for zone in self._zones
            )
        except OSError:
            return False
