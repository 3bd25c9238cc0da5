"""Serving the dashboard to a browser on this machine, and to nobody else."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

HOST = "localhost"
FIRST_PORT, LAST_PORT = 8501, 8599
"""Ports tried where none is given: what Streamlit takes, and those that follow."""
INSTALL = 'Install what the app needs: .venv/bin/pip install ".[app]" in a clone, or pip install "sim[app]".'
NEEDED = ("streamlit", "tomli_w")
"""What the app needs beyond the rest of the package."""
FLAGS = {
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "global.developmentMode": "false",
    "logger.level": "error",
    "runner.magicEnabled": "false",
    "server.address": HOST,
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "theme.base": "light",
}
"""Settings of Streamlit: nothing leaves the machine, no browser is opened, figures stand on the white that they are
drawn on. They go before what a user has in a file of settings."""


class AppError(Exception):
    """The app cannot be served."""


def check_installed() -> None:
    """Checks that what the app needs is there.

    Raises:
        AppError: If it is not, with what to install.
    """
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise AppError(f"{', '.join(missing)} is missing. {INSTALL}")


def port_for(asked: int | None) -> int:
    """A port that nobody listens on.

    Args:
        asked: The port wanted, or None for the first that is free.

    Returns:
        The port.

    Raises:
        AppError: If it is taken, or all that are tried.
    """
    if asked is not None:
        if not _free(asked):
            raise AppError(f"Port {asked} cannot be used; leave --port out for one that is free, or give another.")
        return asked
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if _free(port):
            return port
    raise AppError(f"All ports from {FIRST_PORT} to {LAST_PORT} are taken; give one with --port.")


def serve(scenario: str, port: int, ready: Callable[[str], None]) -> None:
    """Serves the app until Ctrl-C.

    Args:
        scenario: Scenario that the page begins with.
        port: A free port.
        ready: Called with the address when the page can be opened.
    """
    from streamlit.web import cli

    script = Path(__file__).with_name("script.py")
    flags = [f"--{name}={value}" for name, value in {**FLAGS, "server.port": str(port)}.items()]
    threading.Thread(target=_tell, args=(port, ready), daemon=True).start()
    # Streamlit prints addresses of its own, and that it stops.
    with contextlib.redirect_stdout(io.StringIO()):
        cli.main(["run", str(script), *flags, "--", scenario], standalone_mode=False)


def _free(port: int) -> bool:
    """Whether a port can be listened on."""
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(HOST, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError:
        return False
    return True


def _tell(port: int, ready: Callable[[str], None]) -> None:
    """Says the address as soon as somebody answers there."""
    while True:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1.0):
            break
        time.sleep(0.1)
    ready(f"http://{HOST}:{port}")
