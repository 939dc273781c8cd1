"""A `gatepost` that goes on until it is interrupted: its lines as they come."""

import signal
import subprocess
import threading

PATIENCE_SECONDS = 60  # then the test fails, since nothing more is to be read


class Following:
    """Ends with `with`, at the latest."""

    def __init__(self, command, environment):
        self._child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment,
        )  # fmt: skip
        self._guard = threading.Timer(PATIENCE_SECONDS, self._child.kill)
        self._guard.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._guard.cancel()
        self._child.kill()
        self._child.communicate()

    def line(self):
        """The next line of its output."""
        return self._child.stdout.readline()

    def line_with(self, text):
        """The first line that has the text."""
        return _line_with(self._child.stdout, text)

    def error_with(self, text):
        """The same on stderr."""
        return _line_with(self._child.stderr, text)

    def interrupt(self):
        """Ctrl-C; → the exit code."""
        self._child.send_signal(signal.SIGINT)
        return self._child.wait(PATIENCE_SECONDS)


def _line_with(stream, text):
    for line in stream:
        if text in line:
            return line
    raise AssertionError(f"it ended without a line that has {text!r}")
