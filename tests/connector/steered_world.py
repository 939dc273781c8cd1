"""A world that a test steers: one command a line on standard input, one line of JSON for each.

The first line, before any command, says how to reach the world. It ends with its standard input.

    add-user ADDRESS PASSWORD      set-password ADDRESS PASSWORD
    attempts ADDRESS               how many sign-ins as the user were tried, with any password
    sessions ADDRESS               how many sessions of the user there are
    kick ADDRESS                   ends them
    deliver ADDRESS BYTES          puts a message of that size into the user's INBOX
    add-crowd COUNT                0@crowd.example and so on, with the password "crowd"
    stop                           ends the mail server            start          begins it again
    freeze                         all its processes stand still   thaw           they go on
"""

import json
import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from world import World  # noqa: E402, found by the path above


def main():
    with World() as world:
        say({"dns_server": world.dns_server, "ca_file": world.ca_file})
        for line in sys.stdin:
            command, *arguments = line.split()
            say(COMMANDS[command](world, *arguments))


def add_user(world, address, password):
    world.provider.add_user(address, password)


def set_password(world, address, password):
    world.provider.set_password(address, password)


def attempts(world, address):
    return world.provider.attempts(address)


def sessions(world, address):
    # A heading, then one line for each connection.
    return max(len(doveadm(world, "who", "-1", address).splitlines()) - 1, 0)


def kick(world, address):
    doveadm(world, "kick", address)


def deliver(world, address, size):
    head, line = b"Subject: big\r\n\r\n", b"x" * 78 + b"\r\n"
    lines = (int(size) - len(head)) // len(line)
    world.provider.deliver(address, head + line * lines)


def add_crowd(world, count):
    world.provider.add_empty_users({f"{i}@crowd.example": "crowd" for i in range(int(count))})


def stop(world):
    world.provider.stop()


def start(world):
    world.provider.start()


def freeze(world):
    # The group is the server's own.
    os.killpg(world.provider.pid, signal.SIGSTOP)


def thaw(world):
    os.killpg(world.provider.pid, signal.SIGCONT)


def doveadm(world, *arguments):
    configuration = world.directory + "/dovecot/dovecot.conf"
    done = subprocess.run(
        ["doveadm", "-c", configuration, *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def say(answer):
    print(json.dumps(answer), flush=True)


COMMANDS = {
    "add-user": add_user,
    "set-password": set_password,
    "attempts": attempts,
    "sessions": sessions,
    "kick": kick,
    "deliver": deliver,
    "add-crowd": add_crowd,
    "stop": stop,
    "start": start,
    "freeze": freeze,
    "thaw": thaw,
}

if __name__ == "__main__":
    main()
