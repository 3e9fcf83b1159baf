"""Twenty visitors of a real dashboard, one of them hostile: the others go on, and the server stays within bounds."""

from __future__ import annotations

import io
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("streamlit", reason="the dashboard needs the extra app")
websocket = pytest.importorskip("websocket", reason="needs websocket-client")

from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: E402
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: E402

from zhizao.dashboard.register_upload import LARGEST  # noqa: E402
from zhizao.dashboard.server import LOOPBACK, free_port  # noqa: E402

pytestmark = pytest.mark.slow

GOOD = "id,sector,employees,revenue\n" + "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(40))
MB = 2**20


class Server:
    """A dashboard, started in a folder whose settings would turn its protections off."""

    def __init__(self, folder: Path) -> None:
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "config.toml").write_text(
            "[server]\nenableCORS = false\nenableXsrfProtection = false\nmaxUploadSize = 5000\n[theme]\nbase = 'dark'\n"
        )
        (folder / "random.py").write_text(f"open({str(folder / 'marker')!r}, 'w')\n")
        self.port = free_port(LOOPBACK, None)
        self.address = f"{LOOPBACK}:{self.port}"
        command = [str(Path(sys.executable).with_name("zhizao")), "app", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.address in self.process.stdout.readline()
        for _ in range(600):
            try:
                self.status()
                return
            except urllib.error.URLError:
                time.sleep(0.1)
        pytest.fail("the server does not answer")

    def status(self, **headers: str) -> int:
        request = urllib.request.Request(f"http://{self.address}/_stcore/health", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    @property
    def memory(self) -> int:
        """Bytes that the server holds, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.process.send_signal(signal.SIGINT)
    _, errors = running.process.communicate(timeout=60)
    assert running.process.returncode == 0
    assert errors.count("Traceback") == errors.count("DecodeError")  # of what was no message at all
    assert not (tmp_path / "marker").exists()


class Visitor:
    """A session as a browser has it, on the wire."""

    def __init__(self, server: Server) -> None:
        self.server = server
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(f"http://{server.address}/_stcore/health", timeout=60) as answer:
            cookies = answer.headers.get_all("Set-Cookie") or []
        self.token = next((text.split("=", 1)[1].split(";")[0] for text in cookies if "xsrf" in text), "")
        self.line = websocket.create_connection(
            f"ws://{server.address}/_stcore/stream",
            origin=f"http://{server.address}",
            timeout=600,
            subprotocols=["streamlit", self.token or "PLACEHOLDER"],
        )
        self.heard: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        self.session = self.uploader = ""
        self.texts: list[str] = []

    def listen(self) -> None:
        """Hear what comes, as a browser does all the time: the server hangs up on those who do not answer it."""
        with suppress(websocket.WebSocketException, OSError):
            while True:
                self.heard.put(self.line.recv())

    def answers(self) -> Iterator[ForwardMsg]:
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.heard.get(timeout=300))
            yield message

    def look(self, states: Any = None) -> str:
        """Have the page shown; return the texts on it, once it is whole."""
        request = BackMsg()
        request.rerun_script.query_string = ""
        if states is not None:
            request.rerun_script.widget_states.widgets.append(states)
        self.line.send_binary(request.SerializeToString())
        self.texts = []
        for message in self.answers():
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id
            elif kind == "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "file_uploader" and ".csv" in element.file_uploader.type:
                    self.uploader = element.file_uploader.id
                self.texts.append(str(element))
            elif kind == "script_finished":
                assert message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return "\n".join(self.texts)
        raise AssertionError

    def hand_in(self, name: str, content: bytes) -> int:
        """Send a file and have the page shown with it; return the status of sending."""
        request = BackMsg()
        request.file_urls_request.request_id = "r"
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self.session
        self.line.send_binary(request.SerializeToString())
        urls = next(m for m in self.answers() if m.WhichOneof("type") == "file_urls_response").file_urls_response
        url = urls.file_urls[0]
        status = self.put(url.upload_url, name, content)
        if status == 204:
            from streamlit.proto.WidgetStates_pb2 import WidgetState

            state = WidgetState(id=self.uploader)
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.file_id, info.name, info.size = url.file_id, name, len(content)
            info.file_urls.CopyFrom(url)
            self.look(state)
        return status

    def put(self, path: str, name: str, content: bytes) -> int:
        edge = b"edge-of-a-part"
        head = f'Content-Disposition: form-data; name="f"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        body = b"--" + edge + b"\r\n" + head.encode() + content + b"\r\n--" + edge + b"--\r\n"
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge.decode()}",
            "X-Xsrftoken": self.token,
            "Cookie": f"_streamlit_xsrf={self.token}",
            "Origin": f"http://{self.server.address}",
        }
        request = urllib.request.Request(f"http://{self.server.address}{path}", body, headers, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (urllib.error.URLError, ConnectionError):  # it was refused before all of it was sent
            return 413


def bombs() -> dict[str, bytes]:
    """Small files that would take much memory or time."""
    text = io.BytesIO()
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 4_000_000, pa.int8()), ["x" * 5_000])
    pq.write_table(pa.table({"id": words, "sector": words}), text)
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" * 40_000_000)
    many = "id,sector,employees,revenue\n" + "".join(f"f{n},equipment,60,40\n" for n in range(200_000))
    return {"words.parquet": text.getvalue(), "sheet.xlsx": sheet.getvalue(), "many.csv": many.encode()}


def test_only_known_names_and_own_pages_are_answered(server):
    assert server.status() == 200
    assert server.status(Host="evil.com") == 403
    assert server.status(Host=f"localhost:{server.port}") == 200
    assert server.status(Origin="http://evil.com") == 403
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(f"ws://{server.address}/_stcore/stream", origin="http://evil.com")
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(f"ws://{server.address}/_stcore/stream", host="evil.com", origin="http://evil.com")


def test_twenty_visitors_one_of_them_hostile(server):
    others = [Visitor(server) for _ in range(19)]
    assert all("metric" in other.look() for other in others)
    before = server.memory
    hostile = Visitor(server)
    hostile.look()
    assert hostile.uploader
    for name, content in bombs().items():
        assert hostile.hand_in(name, content) == 204
        assert "cannot be used" in "\n".join(hostile.texts), name
    big = b"x" * (LARGEST * MB - 1000)
    found = [hostile.put(f"/_stcore/upload_file/{hostile.session}/{n}", "x.csv", big) for n in range(12)]
    assert set(found) <= {204, 413}
    assert found.count(413) >= 10
    assert hostile.put(f"/_stcore/upload_file/{hostile.session}/0", "x.csv", big + b"x" * 2 * MB) == 413
    hostile.token = ""
    assert hostile.put(f"/_stcore/upload_file/{hostile.session}/0", "x.csv", b"x") == 403
    hostile.line.send_binary(os.urandom(MB))
    hostile.line.close()
    assert server.memory < before + 500
    assert others[0].hand_in("firms.csv", GOOD.encode()) == 204
    assert "40 firms are used" in "\n".join(others[0].texts)
    assert all("metric" in other.look() for other in others)
    for other in others:
        other.line.close()
