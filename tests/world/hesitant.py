"""A provider at hesitant.provider.example that thinks about sign-ins until it is told what to answer.

Not a real server: those answer at once, and what happens meanwhile would be left to chance.
"""

import contextlib
import queue
import socketserver
import ssl
import threading

from .dovecot import IMAPS_PORT

# Host number in the world's /24.
HOST = 13

IMAP_HOST = "hesitant.provider.example"

PATIENCE_SECONDS = 30  # then the test fails


class SignIn:
    """One that a client waits for the answer to."""

    def __init__(self, session):
        self._session = session
        self._answered = threading.Event()
        self._is_taken = False

    def take(self):
        self._answer(is_taken=True)

    def refuse(self):
        """Returns when the client has gone for it."""
        self._answer(is_taken=False)
        assert self.session_ends(), "the client stays"

    def session_ends(self):
        """Waits for the client to go."""
        return self._session.gone.wait(PATIENCE_SECONDS)

    def is_taken(self):
        """Waits for the answer."""
        assert self._answered.wait(PATIENCE_SECONDS), "the test has no answer"
        return self._is_taken

    def _answer(self, is_taken):
        self._is_taken = is_taken
        self._answered.set()


class Hesitant:
    """Runs for as long as the block lasts. Takes every sign-in, up to hesitate()."""

    def __init__(self, world):
        world.dns.add("provider.example", f"hesitant A {world.address(HOST)}")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*world.certificate(IMAP_HOST))
        self._sign_ins = queue.Queue()
        self._hesitates = False
        self._sessions = []
        self._server = _Server((world.address(HOST), IMAPS_PORT), self._serve)
        self.sign_ins = 0  # how many were tried

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self.hang_up()

    def hesitate(self):
        """From now on each sign-in waits for the test."""
        self._hesitates = True

    def next_sign_in(self):
        """The next one that waits."""
        return self._sign_ins.get(timeout=PATIENCE_SECONDS)

    def hang_up(self):
        """Ends all connections."""
        for session in self._sessions:
            session.close()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            session = _Session(self._context.wrap_socket(connection, server_side=True))
            self._sessions.append(session)
            session.run(self._takes)

    def _takes(self, session):
        self.sign_ins += 1
        if not self._hesitates:
            return True
        sign_in = SignIn(session)
        self._sign_ins.put(sign_in)
        return sign_in.is_taken()


class _Session:
    def __init__(self, connection):
        self._connection = connection
        self.gone = threading.Event()

    def close(self):
        with contextlib.suppress(OSError):
            self._connection.shutdown(2)

    def run(self, takes):
        self._say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        try:
            with self._connection.makefile("rb") as lines:
                for line in lines:
                    tag, command = line.decode().split()[:2]
                    self._answer(tag, command.upper(), takes)
        finally:
            self.gone.set()
            self._connection.close()

    def _answer(self, tag, command, takes):
        if command == "AUTHENTICATE" and not takes(self):
            return self._say(f"{tag} NO [AUTHENTICATIONFAILED] not you")
        if command == "LOGOUT":
            self._say("* BYE until then")
        return self._say(f"{tag} OK [CAPABILITY IMAP4rev1 UNSELECT] done")

    def _say(self, line):
        self._connection.sendall(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, serve):
        self._serve = serve
        super().__init__(address, None)

    def finish_request(self, request, _address):
        self._serve(request)
