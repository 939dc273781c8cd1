"""A server program that the world started: watched while it comes up, ended by its pid."""

import resource
import signal
import subprocess

from .errors import WorldError
from .waiting import wait_until

STOP_SECONDS = 10  # then it is killed


class Process:
    def __init__(self, name, command, log_path, directory=None, end_by=signal.SIGTERM):
        self.name = name
        self._end_by = end_by
        self._command = command
        self._log_path = log_path
        self._directory = directory
        self._child = None

    @property
    def pid(self):
        return self._child.pid

    def start(self, ready):
        """Starts the program and returns once ready() is true."""
        with open(self._log_path, "ab") as log:
            # setpriv ends the server with us, even if we are killed; prlimit lets it serve thousands.
            self._child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "prlimit", f"--nofile={_most_files()}",
                 *self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                # Ctrl-C at the terminal is for us; we stop our servers ourselves.
                start_new_session=True,
            )  # fmt: skip
        wait_until(lambda: self._alive() and ready(), f"{self.name} does not become ready")

    def reload(self):
        self._child.send_signal(signal.SIGHUP)

    def stop(self):
        if self._child is None:
            return
        self._child.send_signal(self._end_by)
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child = None

    def _alive(self):
        if self._child.poll() is None:
            return True
        with open(self._log_path, errors="replace") as log:
            raise WorldError(f"{self.name} ended at once:\n{log.read()[-2000:]}")


def _most_files():
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]
