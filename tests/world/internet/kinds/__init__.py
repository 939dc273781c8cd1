"""The kinds of domains. To import a module registers what it describes."""

from . import (  # noqa: F401
    autoconfig, autodiscover, bad_answers, dead_ends, dns_faults, guess, ispdb, mx, names, pacc,
    probed, redirects, srv,
)  # fmt: skip
