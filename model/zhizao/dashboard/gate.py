"""Who is answered: requests by a known name of this computer, from pages of this very server, of a bounded size.

A page of somebody else that is open in the same browser can send requests here, and by a name that it controls (DNS
rebinding) it could even read the answers. Streamlit looks at some connections only; this looks at every request.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from zhizao.errors import printable

__all__ = ["LOOPBACK_NAMES", "Gate", "known_names"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
_EVERY_ADDRESS = ("0.0.0.0", "::")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.ASCII)
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)")


def known_names(host: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are answered to: those of the loopback, the address listened on, and `others`."""
    return tuple(dict.fromkeys((*LOOPBACK_NAMES, *(name.lower().rstrip(".") for name in (host, *others)))))


class Gate:
    """An ASGI application in front of another.

    Parameters
    ----------
    app
        What answers those who are let in.
    names
        What the server may be called (`known_names`). If it listens on every address, any address will do as well:
        an address, unlike a name, cannot be made to point elsewhere.
    kept, kept_all
        Bytes of files that one session may hand in, and all together.
    active
        Whether a session is still there; the files of others are gone.
    """

    def __init__(
        self,
        app: Application,
        *,
        names: tuple[str, ...],
        kept: int,
        kept_all: int,
        active: Callable[[str], bool] = lambda session: True,
    ) -> None:
        self._app = app
        self._names = names
        self._any_address = any(name in _EVERY_ADDRESS for name in names)
        self._kept, self._kept_all, self._active = kept, kept_all, active
        self._sizes: dict[str, dict[str, int]] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        status, why = self._refusal(scope)
        if not status:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why[:100]})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": why.encode()})

    def _refusal(self, scope: Message) -> tuple[int, str]:
        """Return status and words of a refusal; status 0 lets in."""
        headers: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value.decode("latin-1"))
        hosts, origins = headers.get(b"host", []), headers.get(b"origin", [])
        if len(hosts) != 1 or not self._is_known(hosts[0]):
            shown = printable(", ".join(hosts) or "no name", 80)
            return 403, (
                f"The dashboard does not answer to the name {shown}. Open it by the address that it printed, or start "
                "it with --allow-host and this name."
            )
        if any(_netloc(origin) != hosts[0].lower() for origin in origins):
            return 403, "The dashboard answers only to its own pages."
        return self._upload_refusal(scope, headers) if scope["type"] == "http" else (0, "")

    def _is_known(self, host: str) -> bool:
        found = _HOST.fullmatch(host.lower())
        name = found[1].strip("[]").rstrip(".") if found else ""
        return name in self._names or (self._any_address and _is_address(name))

    def _upload_refusal(self, scope: Message, headers: dict[bytes, list[str]]) -> tuple[int, str]:
        """Keep account of the files that sessions hand in, which the server holds in memory."""
        found = _UPLOAD.search(scope["path"])
        if found is None:
            return 0, ""
        session, file = found.groups()
        if scope["method"] == "DELETE":
            self._sizes.get(session, {}).pop(file, None)
        if scope["method"] != "PUT":
            return 0, ""
        length = headers.get(b"content-length", [""])[0]
        if not (length.isascii() and length.isdigit()):
            return 411, "Say how large the file is."
        self._sizes = {name: sizes for name, sizes in self._sizes.items() if self._active(name)}
        mine = self._sizes.setdefault(session, {})
        before = mine.pop(file, 0)
        everything = sum(sum(sizes.values()) for sizes in self._sizes.values())
        if sum(mine.values()) + int(length) > self._kept:
            mine[file] = before
            return 413, "This session has uploaded too much; remove some files."
        if everything + int(length) > self._kept_all:
            mine[file] = before
            return 503, "Too many files have been uploaded; try again later."
        mine[file] = int(length)
        return 0, ""


def _netloc(origin: str) -> str:
    """Return host and port of an origin; nothing if it is not a web page's."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in ("http", "https") else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
