"""The course on a server of its own, and Debian's Chromium to look at it with."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest
from playwright.sync_api import sync_playwright

# As root it cannot use its sandbox, and what it looks up in the background is not asked for.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


def pytest_addoption(parser):
    """The option of `./run browser` that makes the pictures of README and docs anew."""
    parser.addoption("--pictures", action="store_true", help="write the pictures of README and docs to docs/_static")


@pytest.fixture(scope="session")
def address():
    """Address at which the course is served."""
    command = [sys.executable, "-m", "rl_line", "course", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        found = re.search(r"http://(\S+):(\d+)/", server.stdout.readline())
        for _ in range(100):  # it says where before it listens
            with socket.socket() as probe:
                if not probe.connect_ex((found[1], int(found[2]))):
                    break
            time.sleep(0.1)
        yield found[0]
        server.terminate()


@pytest.fixture(scope="session")
def chromium():
    """The browser, which `./run browser` looks for as `chromium`, or as CHROMIUM says."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, address):
    """A function that opens a page, with its `complaints`; at the end nothing outside was asked for, and none came."""
    asked, complaints, contexts = [], [], []

    def open_page(path, *, width=1000):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: is_complaint(message) and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}{path}")
        page.wait_for_selector("h1")
        settled(page)
        return page

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
    assert not [url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))]


def is_complaint(message):
    """True for an error of the browser, or of a cell that raised, which the page itself does not show for long."""
    return message.type == "error" or "An internal error occurred" in message.text


def settled(page, *, seconds=120):
    """Waits until no cell of a page runs, and it has not changed for half a second; a training takes most of that."""
    page.evaluate("window.seen = null")
    page.wait_for_function(
        """() => {
            const text = document.body.innerText + document.querySelectorAll("*").length
            if (window.seen !== text) { window.seen = text; window.since = performance.now() }
            const runs = document.querySelector("[data-testid=loading-indicator], .animate-spin, marimo-progress")
            return !runs && performance.now() - window.since > 500
        }""",
        timeout=1000 * seconds,
        polling=50,
    )
