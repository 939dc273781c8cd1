"""The process that is every HTTPS and IMAP host of the internet. `python3 -m world.internet.ends FILE`

It ends with the process that started it. FILE is what Internet writes.
"""

import asyncio
import json
import resource
import signal
import sys

from .http_end import HttpEnd
from .imap_end import ImapServer
from .names_of_hosts import Hosts
from .tls_end import TlsEnd


async def serve(description):
    hosts = Hosts(description["hosts"])
    tls = TlsEnd(description["directory"], description["ca"], hosts)
    if description["warm"]:
        tls.make_all(description["hosts"])
    http, imap = HttpEnd(hosts), ImapServer(hosts, tls)
    web, mail = description["https"], description["imap"]
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # clients may hang up
    servers = [
        await asyncio.start_server(http.serve, web, 443, ssl=tls.context, backlog=1024),
        await asyncio.start_server(http.serve, [web, description["plain_http"]], 80, backlog=1024),
        await asyncio.start_server(imap.serve_tls, mail, 993, ssl=tls.context, backlog=1024),
        await asyncio.start_server(
            imap.serve_starttls, [mail, description["starttls_only"]], 143, backlog=1024
        ),
    ]
    servers += [
        await asyncio.start_server(_say_nothing, description["silent"], port)
        for port in (80, 143, 443, 993)
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


async def _say_nothing(reader, writer):
    try:
        while await reader.read(4096):
            pass
    finally:
        writer.close()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with open(sys.argv[1]) as file:
        description = json.load(file)
    asyncio.run(serve(description))


if __name__ == "__main__":
    main()
