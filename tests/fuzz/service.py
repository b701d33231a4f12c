"""The door of the service: requests to POST /recognize over HTTP, with any query, type and body.

The service runs in a thread of this process, so that its memory counts.
"""

from __future__ import annotations

import base64
import http.client
import json
import logging
import threading
from collections.abc import Sequence
from functools import cache

from suanshi.serving.server import configured, listener
from suanshi.serving.settings import ServiceSettings

WORDS = (
    b"--x", b"\r\n", b"\r\n\r\n", b'name="file"', b'filename="', b"data:image/png;base64,", b"[", b"{", b'"image":',
    b'"images":', b"null", b"1e999", b"kind=text", b"length=4-6", b"explain=true", b"../../etc/passwd", b"boundary=",
    b"charset=utf-16", b"\xff",
)  # fmt: skip
LARGEST = 2_000_000
"""Bytes of a body that the service takes here."""
PATIENCE = 60
"""Seconds that an answer may take on a machine with other work."""
REFUSALS = (400, 413, 415, 422, 503)


def seeds(images: Sequence[bytes]) -> list[bytes]:
    """Return sound requests: a line for the query, one for the type, then the body."""
    image = images[0]
    text = base64.b64encode(image)
    part = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a.png"\r\n\r\n%s\r\n'
    field = b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ntext\r\n'
    several = b'{"images": ["data:image/png;base64,%s", "%s"], "length": [1, 9]}' % (text, text)
    form = b"multipart/form-data; boundary=x"
    requests = [
        (b"", b"application/json", b'{"image": "%s"}' % text),
        (b"kind=text", b"application/json", several),
        (b"", form, part % (b"file", image) + b"--x--\r\n"),
        (b"case=ignore", form, part % (b"files", image) + part % (b"files", images[1]) + field + b"--x--\r\n"),
        *((b"alphabet=0123&length=4-6", b"image/png", each) for each in images),
        (b"explain=true", b"application/octet-stream", image),
    ]  # fmt: skip
    return [b"\n".join(request) for request in requests]


def ask(data: bytes) -> None:
    """Send a request; fail where the answer is anything but what was read, or a refusal that says why."""
    query, _, rest = data.partition(b"\n")
    kind, _, body = rest.partition(b"\n")
    connection = http.client.HTTPConnection("127.0.0.1", _port(), timeout=PATIENCE)
    try:
        headers = {"Content-Type": _sendable(kind).replace("%20", " ")}
        connection.request("POST", f"/recognize?{_sendable(query)}", body[:LARGEST], headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status == 200:
        for each in told if isinstance(told, list) else [told]:
            assert {"text", "value", "confidence", "problem", "characters"} < {*each}
    else:
        assert answer.status in REFUSALS, told
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert told["status"] == answer.status
        assert told["detail"]


def _sendable(part: bytes) -> str:
    """Return a part of a head as a client may send it: what is not, escaped."""
    return "".join(chr(each) if 0x21 <= each < 0x7F and each != 0x23 else f"%{each:02x}" for each in part[:4000])


@cache
def _port() -> int:
    """Start the service, once for the process, and return where it listens."""
    for name in ("suanshi.serving", "uvicorn", "python_multipart"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    listening = listener("127.0.0.1", 0)
    server = configured(ServiceSettings(max_body=LARGEST, threads=1))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return int(listening.getsockname()[1])
