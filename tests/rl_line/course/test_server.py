"""The course is served to this machine's own pages, in two languages."""

import asyncio
import logging
import re
import socket

import pytest

from rl_line import __main__ as command
from rl_line.course import server
from rl_line.course.lessons import lessons

FOUND = lessons()


def answer(path="/", query="", **headers):
    """Status and body of a page."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    given = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8000", **headers}.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "headers": given,
    }
    scope |= {"query_string": query.encode(), "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 8000)}
    asyncio.run(server.site(FOUND)(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.mark.parametrize("lang", ["en", "pt"])
def test_the_index_names_every_lesson(lang):
    status, page = answer(query=f"lang={lang}")
    assert status == 200
    assert f'<html lang="{lang}">' in page
    assert re.findall(r'href="(\d\d_\w+)/\?lang=', page) == [lesson.name for lesson in FOUND]
    for lesson in FOUND:
        assert lesson.texts[lang]["title"] in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page), "nothing from elsewhere"


def test_an_unknown_language_is_english():
    assert answer(query="lang=xx") == answer(query="lang=en")


@pytest.mark.parametrize("headers", [{"host": "elsewhere:8000"}, {"origin": "http://elsewhere"}])
def test_other_pages_get_no_answer(headers):
    assert answer(**headers) == (403, "The course answers its own pages only.")
    assert answer(origin="http://127.0.0.1:8000")[0] == 200


def test_a_port_that_is_taken_is_told(capsys):
    with socket.socket() as taken:
        taken.bind((server.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert command.main(["course", "--port", str(port), "--no-browser"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.search(rf"^port {port} cannot be used \(.*\); pass another", printed.err)


def test_a_course_without_lessons_is_told(capsys, monkeypatch):
    monkeypatch.setattr(server, "lessons", list)
    assert command.main(["course", "--no-browser"]) == 2
    assert "no lessons here" in capsys.readouterr().err


def test_the_server_keeps_the_advice_of_tensorflow_to_itself(monkeypatch):
    logger, ran = logging.getLogger("tensorflow"), []
    before = logger.level
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: ran.append(logger.isEnabledFor(logging.WARNING)))
    try:
        assert server.serve(0, browser=False) == 0
    finally:
        logger.setLevel(before)
    assert ran == [False]
