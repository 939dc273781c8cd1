"""Two places with a distance between them: network namespaces, and a router that takes its time.

Who is `near` reaches the addresses of a /24 that are `far` after a delay, over TCP and UDP as they are.
All of it is gone with the process that made it: a namespace without a name lives as long as somebody
is in it or has it open.
"""

import contextlib
import ctypes
import fcntl
import os
import struct
import subprocess
import sys
import threading

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000  # packets come without a header of the device

FAR_PREFIX = "10.77.0"  # the far hosts are 10.77.0.1 to 10.77.0.254
NEAR_ADDRESS = "10.77.1.1"

_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace with nothing in it but a loopback device."""

    def __init__(self):
        maker = threading.Thread(target=self._make)
        maker.start()
        maker.join()
        with self.entered():
            _ip("link", "set", "lo", "up")

    @contextlib.contextmanager
    def entered(self):
        """What this thread does meanwhile, and the programs that it starts, are in the namespace."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _set_namespace(self._file)
            yield
        finally:
            _set_namespace(home)
            os.close(home)

    def make_tun(self):
        """→ (file descriptor, name) of a new TUN device in the namespace."""
        with self.entered():
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            request = struct.pack("16sH14x", b"world%d", IFF_TUN | IFF_NO_PI)
            answer = fcntl.ioctl(device, TUNSETIFF, request)
            name = answer[:16].rstrip(b"\0").decode()
            _ip("link", "set", name, "up")
        return device, name

    def close(self):
        os.close(self._file)

    def _make(self):
        # In a thread of its own, which ends here: the others stay where they are.
        if _libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "no network namespace can be made")
        self._file = os.open("/proc/thread-self/ns/net", os.O_RDONLY)


class FarAway:
    def __init__(self, round_trip_seconds, others=None):
        """@param others round trips of single far addresses: {"10.77.0.53": 0.005}"""
        self.near, self.far = Namespace(), Namespace()
        near, near_name = self.near.make_tun()
        far, far_name = self.far.make_tun()
        with self.near.entered():
            _ip("address", "add", NEAR_ADDRESS + "/32", "dev", near_name)
            _ip("route", "add", FAR_PREFIX + ".0/24", "dev", near_name, "src", NEAR_ADDRESS)
        with self.far.entered():
            # Every address of the /24 is a host's own.
            _ip("route", "add", "local", FAR_PREFIX + ".0/24", "dev", "lo")
            _ip("route", "add", NEAR_ADDRESS + "/32", "dev", far_name)
        router = os.path.join(os.path.dirname(os.path.abspath(__file__)), "router.py")
        self._router = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-B", router, str(near), str(far),
             str(round_trip_seconds / 2),
             *(f"{address}={seconds / 2}" for address, seconds in (others or {}).items())],
            pass_fds=(near, far), stdin=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(near)
        os.close(far)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._router.terminate()
        self._router.wait()
        self.near.close()
        self.far.close()


def _set_namespace(file):
    if _libc.setns(file, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "the network namespace cannot be entered")


def _ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, stdin=subprocess.DEVNULL)
