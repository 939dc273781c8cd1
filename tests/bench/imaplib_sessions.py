"""Python's imaplib with many sessions: imaplib_sessions.py ADDRESS NAME CA_FILE COUNT; → JSON."""

import imaplib
import json
import resource
import ssl
import sys


class NamedHost(imaplib.IMAP4_SSL):
    """Connects to an address, and checks the certificate for a name."""

    def __init__(self, address, name, context):
        self._name = name
        super().__init__(address, ssl_context=context)

    def _create_socket(self, timeout):
        plain = imaplib.IMAP4._create_socket(self, timeout)
        return self.ssl_context.wrap_socket(plain, server_hostname=self._name)


def main():
    address, name, ca_file, count = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca_file)
    sessions = [sign_in(address, name, context, 0)]
    memory, processor = rss_kib(), cpu_seconds()
    sessions += [sign_in(address, name, context, number) for number in range(int(count))]
    print(json.dumps({"kib": (rss_kib() - memory) / int(count),
                      "cpu_ms": (cpu_seconds() - processor) / int(count) * 1e3}))  # fmt: skip


def sign_in(address, name, context, number):
    session = NamedHost(address, name, context)
    session.login(f"user-{number}@autoconfig.example", "secret")
    return session


def rss_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1024


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
