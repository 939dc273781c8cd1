"""One DNS question over TCP, enough to see whether a server answers as it should (RFC 1035)."""

import socket
import struct

TYPES = {"A": 1, "NS": 2, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33}
CODES = {0: "NOERROR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED"}


def dns_query(server, name, kind):
    """→ (response code, number of answers); OSError where nobody answers."""
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    query = struct.pack("!6H", 0x4757, 0x0100, 1, 0, 0, 0)
    query += question + struct.pack("!2H", TYPES[kind], 1)
    with socket.create_connection(server, timeout=2) as connection:
        connection.sendall(struct.pack("!H", len(query)) + query)
        answer = connection.makefile("rb").read(14)
    _, _, flags, _, answers = struct.unpack("!5H", answer[:10])
    code = flags & 0xF
    return CODES.get(code, str(code)), answers
