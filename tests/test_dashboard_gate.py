"""Who the dashboard answers: known names and its own pages only, and no visitor can take all its memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from zhizao.dashboard.gate import Gate, known_names

UPLOAD = "/_stcore/upload_file/{}/{}"


class Door:
    """A gate with nothing but an answer behind it."""

    def __init__(self, host: str = "127.0.0.1", others: tuple[str, ...] = ()) -> None:
        self.alive = True
        names = known_names(host, others)
        self.gate = Gate(self.inside, names=names, kept=100, kept_all=250, active=lambda name: self.alive)

    async def inside(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    def ask(self, *headers: tuple[str, str], path: str = "/", method: str = "GET", kind: str = "http") -> Any:
        """The status of an answer; for a websocket what it is sent instead of one."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": kind, "path": path, "method": method}
        scope["headers"] = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        asyncio.run(self.gate(scope, None, send))  # type: ignore[arg-type]
        return sent[0].get("status", sent[0]["type"])

    def put(self, session: str, file: str, size: str, method: str = "PUT") -> Any:
        return self.ask(
            ("host", "localhost"), ("content-length", size), path=UPLOAD.format(session, file), method=method
        )


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "known"),
    {
        "127.0.0.1:8501": True,
        "localhost": True,
        "LOCALHOST:1": True,
        "[::1]:8501": True,
        "localhost.": True,
        "evil.com": False,
        "evil.com:8501": False,
        "127.0.0.1.evil.com": False,
        "localhost:8501@evil.com": False,
        "evil.com/localhost": False,
        "": False,
        "192.168.1.5:8501": False,
        "localhost:port": False,
        "[::1": False,
        "localhost?": False,
        "127.0.0.1#": False,
        "0.0.0.0": False,
        "\xe9vil": False,
    }.items(),
)
def test_only_known_names_are_answered(host, known, kind):
    answers = {"http": (200, 403), "websocket": (200, "websocket.close")}[kind]
    assert Door().ask(("host", host), kind=kind) == answers[not known]


def test_a_request_names_one_host():
    assert Door().ask() == 403
    assert Door().ask(("host", "localhost"), ("Host", "evil.com")) == 403


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("origin", "own"),
    {
        "http://localhost:8501": True,
        "https://localhost:8501": True,
        "http://LOCALHOST:8501": True,
        "http://localhost:3000": False,
        "http://localhost": False,
        "http://127.0.0.1:8501": False,
        "http://evil.com": False,
        "null": False,
        "": False,
        "file://localhost:8501": False,
        "http://[": False,
        "http://localhost:8501.evil.com": False,
    }.items(),
)
def test_only_pages_of_its_own_are_answered(origin, own, kind):
    answers = {"http": (200, 403), "websocket": (200, "websocket.close")}[kind]
    assert Door().ask(("host", "localhost:8501"), ("origin", origin), kind=kind) == answers[not own]


def test_other_names_are_answered_if_the_user_says_so():
    door = Door("0.0.0.0", ("Zhizao.example.cn",))
    assert door.ask(("host", "zhizao.example.cn:80")) == 200
    assert door.ask(("host", "192.168.1.5:8501")) == 200  # an address cannot be made to point elsewhere
    assert door.ask(("host", "evil.com")) == 403
    assert Door("192.168.1.5").ask(("host", "192.168.1.5:8501")) == 200
    assert Door("192.168.1.5").ask(("host", "192.168.1.6:8501")) == 403


def test_a_session_keeps_no_more_than_its_share():
    door = Door()
    assert [door.put("a", "1", "60"), door.put("a", "2", "60"), door.put("a", "1", "90")] == [200, 413, 200]
    assert [door.put("b", "1", "100"), door.put("c", "1", "70"), door.put("c", "1", "60")] == [200, 503, 200]
    assert door.put("a", "1", "", "DELETE") == 200
    assert door.put("c", "2", "40") == 200
    for size in ("", "-1", "many", "²"):
        assert door.put("d", "1", size) == 411
    door.alive = False  # what ended sessions had handed in is gone
    assert door.put("e", "1", "100") == 200
