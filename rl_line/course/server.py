"""The server of the course: an index of all lessons, and each lesson as a page, on this machine alone."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import webbrowser
from html import escape
from typing import Any

from rl_line.course.lessons import Lesson, lessons
from rl_line.course.page import LANGUAGES
from rl_line.system.extras import brought_by

HOST = "127.0.0.1"
_WORDS = {
    "en": (
        "Learning to predict and to act",
        "Every lesson is a page to touch: move a control, and the picture answers.",
    ),
    "pt": (
        "Aprender a prever e a agir",
        "Cada lição é uma página para mexer: mova um controle, e a figura responde.",
    ),
}
_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem }
li { margin: 0.9rem 0 } li a { font-size: 1.15rem } ol { list-style: none; padding: 0 } p { margin: 0.2rem 0 }
a { color: light-dark(#0b5cad, #8cc4ff) }
"""
# The language of a lesson for screen readers and for marimo, whose sliders use the browser's number format; code that
# can be scrolled by keyboard; no export menu, whose button has no name and whose links lead elsewhere.
_HEAD = f"""
<script>
const asked = new URLSearchParams(location.search).get("lang")
document.documentElement.lang = {list(LANGUAGES)}.includes(asked) ? asked : "en"
Object.defineProperty(navigator, "language", {{ get: () => document.documentElement.lang }})
new MutationObserver(() => document.querySelectorAll("pre:not([tabindex])").forEach(code => {{ code.tabIndex = 0 }}))
  .observe(document, {{ childList: true, subtree: true }})
</script>
<style>button[aria-haspopup="menu"] {{ display: none }}</style>
"""


def serve(port: int = 8000, *, browser: bool = True) -> int:
    """Serves all lessons until it is interrupted, and opens the index in a browser if there is one.

    Args:
        port: port on 127.0.0.1; 0 for any free port.
        browser: whether to open a browser.

    Returns:
        An exit code: 2 if there is nothing to serve, or the port is taken.
    """
    if not (found := lessons()):
        print("no lessons here: they come with rl-line's source and its wheel; reinstall it.", file=sys.stderr)
        return 2
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            print(f"port {port} cannot be used ({error}); pass another, e.g. --port 8765.", file=sys.stderr)
            return 2
        port = probe.getsockname()[1]
    with brought_by("course"):
        import uvicorn

        app = site(found)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns after every few new networks
    address = f"http://{HOST}:{port}/"
    print(f"The course is at {address} (Ctrl+C ends it)", flush=True)
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    uvicorn.run(app, host=HOST, port=port, log_level="warning")
    return 0


def site(found: list[Lesson]) -> Any:
    """The index and the lessons as an ASGI application."""
    import marimo
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse
    from starlette.routing import Mount, Route

    def front(request: Request) -> HTMLResponse:
        asked = request.query_params.get("lang", "en")
        return HTMLResponse(index(found, asked if asked in LANGUAGES else "en"))

    builder = marimo.create_asgi_app(quiet=True, html_head=_HEAD)
    for lesson in found:
        builder = builder.with_app(path=f"/{lesson.name}", root=str(lesson.path))
    return _OwnPages(Starlette(routes=[Route("/", front), Mount("/", builder.build())]))


class _OwnPages:
    """An application that answers only pages of this machine, as a lesson runs code typed into it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
        host, origin = headers.get(b"host", HOST), headers.get(b"origin")
        named = host.rsplit(":", 1)[0]
        if scope["type"] == "lifespan" or (named in (HOST, "localhost") and origin in (None, f"http://{host}")):
            await self.inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"The course answers its own pages only."})


def index(found: list[Lesson], lang: str) -> str:
    """Page with the title and the contents of every lesson."""
    title, text = _WORDS[lang]
    items = "".join(
        f'<li><a href="{lesson.name}/?lang={lang}">{escape(lesson.texts[lang]["title"])}</a>'
        f"<p>{escape(_sentence(lesson.texts[lang]['see']))}</p></li>"
        for lesson in found
    )
    others = " · ".join(
        f'<a href="?lang={other}" lang="{other}" hreflang="{other}">{name}</a>'
        for other, name in LANGUAGES.items()
        if other != lang
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><nav>{others}</nav><main><h1>{escape(title)}</h1><p>{escape(text)}</p>"
        f"<ol>{items}</ol></main></body></html>"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
