"""An internet until its standard input ends or Ctrl-C.

    python3 -m world.internet [--prefix 10.77.0]

When all is up it prints one line of JSON: how to reach it, and the domains with their kinds.
"""

import argparse
import json
import signal
import sys

from ..errors import WorldError
from ..network import GivenNetwork
from .internet import Internet


def main():
    options = _read_options()
    signal.signal(signal.SIGTERM, _interrupt)
    network = GivenNetwork(options.prefix) if options.prefix else None
    try:
        with Internet(network) as internet:
            print(json.dumps(_description(internet)), flush=True)
            sys.stdin.read()
    except KeyboardInterrupt:
        pass
    except WorldError as error:
        sys.exit(f"internet: {error}")


def _description(internet):
    return {
        "ca_file": internet.ca_file,
        "dns_server": internet.dns_server,
        "network": internet.network,
        "ispdb_url": internet.ispdb_url,
        "domains": [
            {"email": domain.asked, "kind": domain.kind} for domain in internet.domains
        ],
    }


def _read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefix", help="three numbers of a /24 that is there already")
    return parser.parse_args()


def _interrupt(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
