"""The IMAP servers: a greeting and the capabilities, under TLS. Nobody can sign in."""

import asyncio

MAX_COMMANDS = 20


class ImapServer:
    def __init__(self, hosts, tls):
        self._hosts = hosts
        self._tls = tls

    async def serve_tls(self, reader, writer):
        end = self._end_asked_for(writer)
        if end is not None:
            await _converse(reader, writer, end, secure=True)
        writer.close()

    async def serve_starttls(self, reader, writer):
        """Before TLS nobody has said which host is meant: all are alike until then."""
        try:
            writer.write(b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n")
            if await _start_tls_asked(reader, writer):
                await writer.start_tls(self._tls.context)
                end = self._end_asked_for(writer)
                if end is not None and end["starttls"]:
                    await _converse(reader, writer, end, secure=False)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def _end_asked_for(self, writer):
        # The name is remembered by the context that was chosen for it.
        name = getattr(writer.get_extra_info("ssl_object").context, "host_name", None)
        host = self._hosts.find(name)
        return host["imap"] if host else None


async def _start_tls_asked(reader, writer):
    for _ in range(MAX_COMMANDS):
        tag, command = _split(await reader.readuntil(b"\r\n"))
        if command == "STARTTLS":
            writer.write(f"{tag} OK begin\r\n".encode())
            await writer.drain()
            return True
        if command == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n")
        writer.write(f"{tag} {'OK' if command == 'CAPABILITY' else 'BAD'} done\r\n".encode())
        if command == "LOGOUT":
            return False
    return False


async def _converse(reader, writer, end, secure):
    try:
        if secure:
            writer.write(end["greeting"].encode() + b"\r\n")
        for _ in range(MAX_COMMANDS):
            tag, command = _split(await reader.readuntil(b"\r\n"))
            if command == "CAPABILITY":
                writer.write(f"* CAPABILITY {end['capabilities']}\r\n".encode())
            elif command == "LOGOUT":
                writer.write(b"* BYE\r\n")
            known = command in ("CAPABILITY", "LOGOUT", "NOOP")
            writer.write(f"{tag} {'OK' if known else 'NO'} done\r\n".encode())
            await writer.drain()
            if command == "LOGOUT":
                return
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass


def _split(line):
    words = line.decode("latin-1").split()
    return (words + ["*", ""])[0], (words + ["", ""])[1].upper()
