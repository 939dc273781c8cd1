"""A world with one mailbox, alice@village.example, until its standard input ends or Ctrl-C.

When all is up it prints one line of JSON: how to reach it.
"""

import json
import signal
import sys

from . import World, WorldError, autoconfig_xml
from .world import IMAP_HOST

ADDRESS = "alice@village.example"
PASSWORD = "correct horse battery staple"


def main():
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with World() as world:
            world.add_domain(
                "village.example", autoconfig=autoconfig_xml("village.example", IMAP_HOST)
            )
            world.provider.add_user(ADDRESS, PASSWORD)
            print(json.dumps(_description(world)), flush=True)
            sys.stdin.read()
    except KeyboardInterrupt:
        pass
    except WorldError as error:
        sys.exit(f"world: {error}")


def _description(world):
    return {
        "address": ADDRESS,
        "password": PASSWORD,
        "ca_file": world.ca_file,
        "dns_server": world.dns_server,
        "directory": world.directory,
    }


def _interrupt(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
