"""An HTTPS server of many hosts on one address, each with its own certificate chosen by SNI."""

import http.server
import socketserver
import ssl
import threading
from typing import NamedTuple


class Page(NamedTuple):
    body: bytes
    content_type: str = "text/xml"
    status: int = 200
    headers: tuple = ()


class HttpsServer:
    PORT = 443

    def __init__(self, address, authority):
        self._address = address
        self._authority = authority
        self._contexts = {}  # host name → SSLContext
        self._pages = {}  # (host name, path without query) → Page
        self._server = None
        self.requests = []  # (host, path with query), in the order of their coming

    def add_host(self, name):
        if name not in self._contexts:
            self._contexts[name] = _context(self._authority.issue(name))

    def serve(self, host, path, page):
        self.add_host(host)
        self._pages[host, path] = page

    def start(self):
        self._server = _Server((self._address, self.PORT), _handler(self._pages, self.requests))
        context = _context(self._authority.issue("nobody.example"))
        context.sni_callback = self._choose
        # The handshake is done by the connection's own thread: a slow client delays nobody.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _choose(self, connection, name, _context):
        if name not in self._contexts:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self._contexts[name]
        return None


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """Clients that hang up or distrust us are their own business."""


def _context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def _handler(pages, requests):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30  # seconds that an idle connection is kept

        def do_GET(self):
            host = self.headers.get("Host", "").split(":")[0]
            requests.append((host, self.path))
            page = pages.get((host, self.path.split("?")[0]))
            self._answer(page or Page(b"not here\n", "text/plain", 404))

        def _answer(self, page):
            self.send_response(page.status)
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
            for name, value in page.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, *_):
            """The world keeps its own list of requests."""

    return Handler
