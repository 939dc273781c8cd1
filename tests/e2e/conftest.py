"""What the tests have: a world, the installed programs, one daemon for all, and mailboxes."""

import os
import secrets
from typing import NamedTuple

import pytest
from daemon import Daemon
from installation import Installation

from world import World
from world.world import IMAP_HOST

# Mailboxes made at once, since Dovecot needs up to a second to see a new one.
PREPARED = 60


class Mailbox(NamedTuple):
    address: str
    password: str

    @property
    def request(self):
        """What a backend posts to connect it; the settings are discovered."""
        return {"email": self.address, "password": self.password}

    @property
    def explicit_request(self):
        """The same with the settings given, so that nothing is discovered."""
        return {**self.request, "imap": {"host": IMAP_HOST, "port": 993, "security": "tls"}}


@pytest.fixture(scope="session")
def world():
    with World() as world:
        yield world


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    build = os.environ["GATEPOST_BUILD"]
    return Installation(os.path.abspath(build), str(tmp_path_factory.mktemp("installed")))


@pytest.fixture(scope="session")
def daemon(installation, world):
    """A running daemon that the tests of a file share; no test changes its configuration."""
    daemon = Daemon(installation, world)
    daemon.start()
    yield daemon
    daemon.remove()


@pytest.fixture
def make_daemon(installation, world):
    """Makes daemons, not yet started, for tests that stop, kill or configure them."""
    made = []

    def make(**overrides):
        made.append(Daemon(installation, world, **overrides))
        return made[-1]

    yield make
    for daemon in made:
        daemon.remove()


@pytest.fixture
def own_daemon(make_daemon):
    """A running daemon for one test, which tells only what that test does."""
    return make_daemon().start()


@pytest.fixture
def api(daemon):
    return daemon.api


@pytest.fixture(scope="session")
def prepared(world):
    """Mailboxes at autoconfig.example, each for one test. Their passwords are marked."""
    boxes = [new_mailbox("autoconfig.example") for _ in range(PREPARED)]
    world.provider.add_users({box.address: box.password for box in boxes})
    return iter(boxes)


@pytest.fixture
def mailbox(prepared):
    """A mailbox that exists at the provider, and that Gatepost does not know yet."""
    return next(prepared)


@pytest.fixture
def mailboxes(prepared):
    """Takes as many as asked for."""
    return lambda count: [next(prepared) for _ in range(count)]


@pytest.fixture
def mailbox_at(world):
    """Makes a mailbox whose address is in that domain of the world."""

    def make(domain):
        box = new_mailbox(domain)
        world.provider.add_user(box.address, box.password)
        return box

    return make


@pytest.fixture
def account(daemon, mailbox):
    """The mailbox, connected: the account as POST answered it."""
    return connect(daemon, mailbox)


def connect(daemon, mailbox, **more):
    """Connects the mailbox with its settings given; → the account as POST answered it."""
    answer = daemon.api.post("/v1/accounts", {**mailbox.explicit_request, **more})
    assert answer.status == 201, answer.text
    return answer.json


def new_mailbox(domain):
    return Mailbox(f"user-{secrets.token_hex(4)}@{domain}", "marked-" + secrets.token_hex(8))
