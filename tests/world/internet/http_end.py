"""The web servers: pages by host name and path, some of them bad on purpose."""

import asyncio
import base64
import functools
import zlib

PIECE_BYTES = 1 << 20  # what is written at once: nobody else is served meanwhile


class HttpEnd:
    def __init__(self, hosts):
        self._hosts = hosts

    async def serve(self, reader, writer):
        try:
            while await self._serve_one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _serve_one(self, reader, writer):
        """→ True when the connection can be used for one more."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        await reader.readexactly(int(fields.get("content-length", 0)))
        page = self._page(fields.get("host", ""), method, target.partition("?")[0])
        if page is None:
            page = _NOT_HERE
        return await _answer(writer, page) and fields.get("connection") != "close"

    def _page(self, name, method, path):
        host = self._hosts.find(name.partition(":")[0])
        pages = host["pages"] if host else {}
        page = pages.get(path) or pages.get("*")
        return page if page and page["method"] in (None, method) else None


_NOT_HERE = {
    "body": base64.b64encode(b"not here\n"), "content_type": "text/plain", "status": 404,
    "headers": {}, "times": 1, "drip": 0, "gzip": False, "length": True, "method": None,
}  # fmt: skip


async def _answer(writer, page):
    body = base64.b64decode(page["body"])
    size = len(body) * page["times"]
    if page["gzip"]:
        return await _send(writer, page, [_compressed(body, page["times"])], None)
    pieces = [body * page["times"]] if size <= PIECE_BYTES else (body for _ in range(page["times"]))
    return await _send(writer, page, pieces, size if page["length"] else None)


@functools.lru_cache
def _compressed(body, times):
    compressor = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(compressor.compress(body) for _ in range(times)) + compressor.flush()


async def _send(writer, page, pieces, size):
    fields = {"Content-Type": page["content_type"], **page["headers"]}
    if page["gzip"]:
        fields["Content-Encoding"] = "gzip"
    if size is None:
        fields["Connection"] = "close"
    else:
        fields["Content-Length"] = str(size)
    head = f"HTTP/1.1 {page['status']} Answer\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    writer.write(head.encode())
    for piece in pieces:
        await _write_piece(writer, piece, page["drip"])
    await writer.drain()
    return size is not None


async def _write_piece(writer, piece, drip):
    if not drip:
        writer.write(piece)
        await writer.drain()
        return
    for place in range(len(piece)):
        writer.write(piece[place : place + 1])
        await writer.drain()
        await asyncio.sleep(drip)
