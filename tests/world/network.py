"""A /24 of 127.0.0.0/8 that belongs to one world as long as its process lives."""

import random
import socket

from .errors import WorldError

# Nothing else uses this port, and the kernel gives it to one process only: holding it is the claim,
# which ends with the process, however that ends.
CLAIM_PORT = 1
ATTEMPTS = 200


class Network:
    def __init__(self):
        self._claim, self.prefix = self._claim_any()

    def address(self, host):
        """The address of that host number, 1 to 254."""
        return f"{self.prefix}.{host}"

    def release(self):
        self._claim.close()

    @staticmethod
    def _claim_any():
        for _ in range(ATTEMPTS):
            # 127.0.x.x is left to everybody else.
            prefix = f"127.{random.randint(1, 254)}.{random.randint(0, 254)}"
            claim = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                claim.bind((f"{prefix}.1", CLAIM_PORT))
                return claim, prefix
            except PermissionError:
                claim.close()
                raise WorldError(
                    "the world listens on ports 53, 143, 443 and 993 of loopback addresses, "
                    "which needs root: start it with sudo"
                ) from None
            except OSError:
                claim.close()
        raise WorldError("no free network in 127.0.0.0/8")


class GivenNetwork:
    """A /24 that is the world's already, as in a network namespace of its own."""

    def __init__(self, prefix):
        self.prefix = prefix

    def address(self, host):
        return f"{self.prefix}.{host}"

    def release(self):
        """Whoever gave it takes it back."""
