"""Starting the page: a Streamlit server that nobody outside this computer can reach, and that calls nobody."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from zhizao.dashboard.gate import Gate, known_names
from zhizao.dashboard.register_upload import LARGEST
from zhizao.errors import InputError

__all__ = ["LOOPBACK", "PAGE", "check_installed", "free_port", "serve", "server_options"]

LOOPBACK = "127.0.0.1"
_PORTS = range(8501, 8600)
PAGE = Path(__file__).with_name("page.py")
"""The script that Streamlit runs."""


def check_installed() -> None:
    """See that Streamlit is there.

    Raises
    ------
    InputError
        Saying what to install, if it is not.
    """
    try:
        import streamlit  # noqa: F401  here, because it is heavy and may not be installed
    except ImportError:
        raise InputError("the dashboard needs Streamlit; install it with: pip install 'zhizao[app]'") from None


def free_port(host: str, port: int | None) -> int:
    """Return the port that is asked for, or the first free one from 8501 on.

    Raises
    ------
    InputError
        If the port is taken or the host is not one of this computer.
    """
    wanted = _PORTS if port is None else (port,)
    reason = ""
    for number in wanted:
        try:
            family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
            with socket.socket(family, socket.SOCK_STREAM) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((host, number))
        except OSError as error:
            reason = error.strerror or str(error)
            continue
        return number
    raise InputError(f"--host {host}, --port {wanted[0]}: cannot be opened ({reason}); name others")


def server_options(host: str, port: int, names: Sequence[str]) -> dict[str, Any]:
    """Return the settings of the server: no telemetry, no browser opened, no buttons of the makers.

    All that protects stands here, so that no file of settings can turn it off.
    """
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.allowedHosts": list(names),
        "server.enableCORS": True,
        "server.corsAllowedOrigins": [],
        "server.enableXsrfProtection": True,
        "server.xsrfCookieSameSite": "strict",
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.baseUrlPath": "",
        "client.allowedOrigins": [],
        "global.developmentMode": False,
        "runner.magicEnabled": False,
        "server.fileWatcherType": "none",
        "server.folderWatchList": [],
        "server.maxUploadSize": LARGEST,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.hideWelcomeMessage": True,
        "logger.level": "warning",
        "theme.base": "light",
        "theme.primaryColor": "#00629B",  # dark enough to be read on a tint of itself
        "theme.font": "sans-serif",
        "theme.headingFont": "sans-serif",
        "theme.codeFont": "monospace",
        "theme.fontFaces": [],
    }


def serve(host: str, port: int, others: Sequence[str] = ()) -> None:
    """Serve the page until the process is asked to stop (Ctrl-C).

    Parameters
    ----------
    others
        Further names by which the server may be called.
    """
    os.chdir(PAGE.parent)  # settings and secrets in the user's working directory do not count
    from starlette.middleware import Middleware  # here, because they are heavy
    from streamlit import runtime
    from streamlit.web.server.starlette import App

    def active(session: str) -> bool:
        return runtime.exists() and runtime.get_instance().is_active_session(session)

    names, size = known_names(host, others), LARGEST * 2**20
    gate = Middleware(Gate, names=names, kept=2 * size + 2**20, kept_all=20 * size, active=active)
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))  # until the server listens itself; nothing is open yet
    with suppress(KeyboardInterrupt):  # which the server passes on when it has closed all
        App(PAGE, middleware=[gate]).run(config=server_options(host, port, names))
    os._exit(0)  # without waiting for runs that nobody looks at any more
