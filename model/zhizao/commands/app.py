"""`zhizao app`: the dashboard in a browser."""

from __future__ import annotations

import click

from zhizao.commands import options as common
from zhizao.commands.console import remark
from zhizao.commands.progress import say_if_compiling
from zhizao.commands.words import word
from zhizao.dashboard.server import LOOPBACK, check_installed, free_port, serve
from zhizao.dashboard.view import View, compared_view
from zhizao.words.tables import Language

__all__ = ["command"]


@click.command("app")
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on. Any other lets others use it, and there is no password.",
)
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Port; the first free one from 8501 on.")
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Another name by which browsers may call it, as behind a proxy; can be repeated.",
)
@common.options(common.language)
def command(host: str, port: int | None, names: tuple[str, ...], language: Language) -> None:
    """Open the dashboard: move the levers and see what changes; end it with Ctrl-C.

    It can only be reached from this computer, needs no internet and sends nothing anywhere. It needs the extra
    app: pip install 'zhizao[app]'.

    \b
    Examples:
      zhizao app
      zhizao app --lang zh --port 8600
    """
    check_installed()
    number = free_port(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{number}/{'?lang=zh' if language == 'zh' else ''}"
    if host not in (LOOPBACK, "localhost", "::1"):
        remark(word("app open", language, host=host), quiet=False)
    say_if_compiling(quiet=False)
    compared_view(View(draws=2))  # the first page then need not wait for what is loaded once
    click.echo(word("app at", language, address=address))
    serve(host, number, names)
