"""Speed of the course for a student: `python tests/benchmarks/course_speed.py`, after `./run browser`.

Measured on 2026-11-27 on two cores of an Intel Xeon that did other work as well, with Python 3.11.7, marimo 0.25.2,
Playwright 1.65.2 and Chromium 156, in seconds:

    the index after the command     2.9
    one action on the screen        0.10, 0.16 at most
    10,000 actions on the screen    0.23, 0.33 at most
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import sync_playwright
from rounds import heading

ROUNDS = 15


def served():
    """A server of the course, its address, and the seconds from the command to its index."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "rl_line", "course", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    address = re.search(r"http://\S+/", server.stdout.readline())[0]
    while True:
        try:
            urllib.request.urlopen(address).read()
            return server, address, time.perf_counter() - began
        except OSError:
            time.sleep(0.02)


def answered(page, button, count):
    """Seconds from a click to the number of actions on the screen, again and again."""
    seconds, done = [], 0
    for _ in range(ROUNDS):
        done += count
        began = time.perf_counter()
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_text(f"Action {done:,}:").wait_for()
        seconds.append(time.perf_counter() - began)
    return seconds


def main():
    """Prints every time beside the one that is wanted."""
    heading("rl-line", "marimo", "playwright")
    server, address, index = served()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{address}08_line/?lang=en")
        page.get_by_role("button", name="One action", exact=True).wait_for()
        one = answered(page, "One action", 1)
        page.get_by_role("button", name="Start again", exact=True).click()
        page.get_by_text("No action yet.").wait_for()
        many = answered(page, "10,000 actions", 10_000)
        browser.close()
        server.terminate()
    for name, seconds, wanted in (
        ("the index after the command", [index], 5.0),
        ("one action on the screen", one, 0.3),
        ("10,000 actions on the screen", many, 1.0),
    ):
        print(f"{name:32} {statistics.median(seconds):.2f} s, {max(seconds):.2f} s at most (wanted {wanted:g})")


if __name__ == "__main__":
    main()
