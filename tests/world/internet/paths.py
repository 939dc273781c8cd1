"""The ways to settings, and the round trips that each cannot do without: for benches.

A look-up, a TCP connection, TLS 1.3 (RFC 8446) and a request are a round trip each. What is asked at
once counts once.
"""

from typing import Callable, NamedTuple

from .kinds import autoconfig, autodiscover, guess, ispdb, mx, pacc, srv

LOOK_UP = CONNECT = TLS = REQUEST = 1
HTTPS = LOOK_UP + CONNECT + TLS + REQUEST
# The name, the connection, TLS, the greeting, and the capabilities, which our greeting does not tell.
PROBE_ROUND_TRIPS = LOOK_UP + CONNECT + TLS + REQUEST + REQUEST


class Path(NamedTuple):
    name: str
    kind: Callable
    round_trips: int
    is_probed: bool = True  # False: its server is known well enough
    needs_probe: bool = False


PATHS = (
    Path("pacc", pacc.pacc_with_its_digest, HTTPS),
    Path("autoconfig", autoconfig.autoconfig_host, HTTPS),
    Path("autoconfig, well-known", autoconfig.autoconfig_well_known, HTTPS),
    Path("srv", srv.srv_within_the_domain, LOOK_UP),
    Path("ispdb", ispdb.ispdb_has_the_domain, HTTPS),
    Path("mx, autoconfig of its domain", mx.mx_whose_domain_has_a_file, LOOK_UP + HTTPS),
    Path("autodiscover", autodiscover.autodiscover_host, HTTPS),
    # The probe is what finds it.
    Path("guess", guess.guess_imap, PROBE_ROUND_TRIPS, is_probed=False, needs_probe=True),
)
