"""The kinds of domains. To import a module registers what it describes."""

from . import autoconfig, bad_answers, dead_ends, dns_faults, mx, names, redirects, srv  # noqa: F401
