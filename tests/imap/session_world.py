"""A world with the mailboxes that session_integration_test.cpp and session_bench.cpp know.

Says how to reach it in a line of JSON, and ends with its standard input. Answers each line
"token ADDRESS SECONDS" there with an access token that tokens.provider.example takes as long.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from world import World  # noqa: E402, found by the path above
from world.token_provider import TokenProvider  # noqa: E402

MAILBOXES = {
    "alice@village.example": "correct horse battery staple",
    "zoe@village.example": 'Zoë\'s "quoted" \\back\\ pässwörd {5}',
}


def main():
    world = World()
    world.provider.login_processes = 1
    with world, TokenProvider(world) as token_provider:
        world.provider.add_users(MAILBOXES)
        token_provider.add_users(MAILBOXES)
        print(json.dumps({"dns_server": world.dns_server, "ca_file": world.ca_file}), flush=True)
        for line in sys.stdin:
            _, address, seconds = line.split()
            print(token_provider.token(address, int(seconds)), flush=True)


if __name__ == "__main__":
    main()
