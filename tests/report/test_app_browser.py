"""The dashboard in a real browser: it loads, a lever changes the numbers, and nothing leaves the machine."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import sim
from tests.report.test_app_serve import served

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 300_000
"""Milliseconds: the engine may have to be compiled."""

pytest.importorskip("streamlit", reason="streamlit is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no chromium on this machine")


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """The page of the small scenario, with everything that it asked for and said."""
    with served("small") as (_, line), playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=list(ARGUMENTS))
        found = browser.new_page(viewport={"width": 1440, "height": 1000})
        found.set_default_timeout(PATIENCE)
        found.asked, found.said = [], []
        found.on("request", lambda request: found.asked.append(request.url))
        found.on("websocket", lambda socket: found.asked.append(socket.url))
        found.on("console", lambda message: found.said.append((message.type, message.text)))
        found.on("pageerror", lambda error: found.said.append(("error", str(error))))
        found.goto(line.split()[0])
        found.get_by_role("button", name="Run", exact=True).wait_for(timeout=PATIENCE)
        yield found
        browser.close()


def run(page: Any, told: str) -> list[list[str]]:
    """Presses the button; the table of the second side, once the page tells what was run."""
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text(told).wait_for(timeout=PATIENCE)
    # What is drawn first stands above tables of the run before, until these are drawn too.
    idle = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    seen: list[list[str]] = []
    for _ in range(60):
        idle.wait_for(timeout=PATIENCE)
        rows = page.locator("table").nth(1).locator("tbody tr")
        found = [row.locator("th, td").all_inner_texts() for row in rows.all()]
        if found and found == seen:
            return found
        seen = found
        page.wait_for_timeout(700)
    raise AssertionError("the page does not come to rest")


def test_a_lever_changes_the_numbers(page: Any, tmp_path: Path) -> None:
    """And the file that comes out of it is the scenario that was run; nothing went wrong, nothing went out."""
    runs = page.get_by_role("spinbutton", name="Runs")
    runs.fill("2")
    runs.press("Tab")
    before = run(page, "no lever moved")
    assert all(re.fullmatch(r"(0|0\.0|0\.0 pp|0\.00|\$0)( \[.*\])?|undefined", row[3]) for row in before), before

    page.get_by_text("china_ban", exact=True).first.click()
    page.get_by_text("in force", exact=True).first.click()
    after = run(page, "policies.china_ban.enabled")
    assert [row[1] for row in before] == [row[1] for row in after], "arm A is the same"
    assert before[0][2] == before[0][1] != after[0][2]
    assert after[0][3] not in ("", "0")

    page.locator("[data-testid=stButtonGroup] button").filter(has_text="Supply").click()
    pictures = page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img")
    pictures.nth(1).wait_for(timeout=PATIENCE)
    page.wait_for_function("[...document.querySelectorAll('img')].every(each => each.naturalWidth > 500)")

    page.locator("[data-testid=stButtonGroup] button").filter(has_text="Downloads").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Scenario (TOML)").click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    assert tomllib.loads(path.read_text())["extends"] == "small"
    assert sim.load(str(path)).hash == sim.load("small", {"policies.china_ban.enabled": False}).hash

    assert [said for said in page.said if said[0] == "error"] == []
    hosts = {urlsplit(url).hostname for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert any(url.startswith("ws:") for url in page.asked)
    assert hosts == {"localhost"}
