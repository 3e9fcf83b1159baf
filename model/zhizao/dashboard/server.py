"""Starting the page: a Streamlit server that nobody outside this computer can reach, and that calls nobody."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any

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


def server_options(host: str, port: int) -> dict[str, Any]:
    """Return the settings of the server: no telemetry, no browser opened, no buttons of the makers."""
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "runner.magicEnabled": False,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": LARGEST,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.hideWelcomeMessage": True,
        "logger.level": "warning",
        "theme.base": "light",
        "theme.primaryColor": "#0072B2",
    }


def serve(host: str, port: int) -> None:
    """Serve the page until the process is told to stop (Ctrl-C)."""
    from streamlit.web import bootstrap  # here, because it is heavy

    options = {name.replace(".", "_"): value for name, value in server_options(host, port).items()}
    bootstrap.load_config_options(options)
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))  # until Streamlit listens itself; nothing is open yet
    bootstrap.run(str(PAGE), is_hello=False, args=[], flag_options=options)
