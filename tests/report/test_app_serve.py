"""Serving the dashboard: one address on this machine, one line where something is missing, and a clean end."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sim.report.app import serve
from tests.test_cli import call


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`sim app` in a process of its own, and the first line that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "app", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_ends_it() -> None:
    """It says where it is, answers there, and stops without a word and with success."""
    pytest.importorskip("streamlit")
    with served("small") as (process, line):
        address = line.split()[0]
        assert address.startswith("http://localhost:85")
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as answer:
            assert answer.read() == b"ok"
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
        assert (process.returncode, out, errors) == (0, "", "")


def test_what_to_install_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "streamlit" else there(name, *more)
    )
    code, out, errors = call("app", "small")
    assert (code, out) == (2, "")
    assert errors == f"streamlit is missing. {serve.INSTALL}\n"
    assert '.venv/bin/pip install ".[app]"' in errors


def test_a_wrong_scenario_is_told_before_anything_is_served() -> None:
    pytest.importorskip("streamlit")
    code, _, errors = call("app", "smal")
    assert code == 2
    assert "small" in errors


def test_a_port_that_is_taken() -> None:
    """Is an error where it was asked for; else the next one is used."""
    pytest.importorskip("streamlit")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, _, errors = call("app", "small", "--port", str(port))
        assert code == 2
        assert errors.startswith(f"Port {port} cannot be used")
        assert serve.port_for(None) != port
