"""The pieces of a picture of the line, drawn by Pillow and cached."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from gymnasium.error import DependencyNotInstalled
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # [H, W, 3]

# Pixels: a cell's side, the margin around the line, and distances from the top.
_CELL, _MARGIN, _LINE, _REWARD, _VALUE, _ROW, _DISC = 96, 16, 34, 122, 150, 20, 44
_GAP = 4  # half of the gap between two cells
_ARROW = 10  # length of an arrow
_INK, _GREY, _PAPER = "#1f2937", "#6b7280", "#ffffff"
_STATE, _END, _AGENT, _BEST = "#e5eefb", "#fdecc8", "#2563eb", "#047a55"
_SCALE = 2  # factor of a larger drawing that is then reduced, for smooth edges


@lru_cache(maxsize=64)
def line_image(
    first: int, ends: tuple[bool, ...], rewards: tuple[str, ...], *, of: int, room_for_values: bool
) -> Image:
    """States `first`, `first + 1`, ... of `of` states, with their rewards; dots on the sides with further states."""
    height = _VALUE + 2 * _ROW + 6 if room_for_values else _REWARD + 22
    canvas = _Canvas(2 * _MARGIN + _CELL * len(ends), height)
    for cell, (end, reward) in enumerate(zip(ends, rewards, strict=True)):
        x = _MARGIN + cell * _CELL
        canvas.box(x + _GAP, _LINE, x + _CELL - _GAP, _REWARD - 4, fill=_END if end else _STATE)
        canvas.text(x + 12, _LINE + 5, str(first + cell + 1), size=13, fill=_GREY)
        if end:
            canvas.text(x + _CELL - 12, _LINE + 5, "end", size=13, fill=_GREY, anchor="ra")
        size = canvas.fitting(text := f"reward {reward}", size=14, room=_CELL - 2 * _GAP)
        canvas.text(x + _CELL / 2, _REWARD, text, size=size, fill=_INK, anchor="ma")
    if first:
        canvas.dots((_MARGIN + _GAP) / 2, (_LINE + _REWARD) / 2)
    if first + len(ends) < of:
        canvas.dots(_MARGIN + _CELL * len(ends) + (_MARGIN - _GAP) / 2, (_LINE + _REWARD) / 2)
    return canvas.image()


def paste_header(frame: Image, text: str) -> None:
    """Writes a line of text over the top of a picture."""
    label = _label(text)
    left = _MARGIN + _GAP
    width = min(label.shape[1], frame.shape[1] - left)
    frame[8 : 8 + label.shape[0], left : left + width] = label[:, :width]


def paste_agent(frame: Image, cell: int, *, on_end: bool) -> None:
    """Puts the agent into a cell of a picture."""
    agent = _agent(on_end)
    left = _MARGIN + cell * _CELL + (_CELL - _DISC) // 2
    top = (_LINE + _REWARD - _DISC) // 2 + 2
    frame[top : top + _DISC, left : left + _DISC] = agent


def paste_values(frame: Image, cell: int, values: tuple[tuple[str, bool], ...]) -> None:
    """Puts Q-values (left, right) under a cell of a picture, and arrows for the best ones into the cell."""
    x, middle = _MARGIN + cell * _CELL, (_LINE + _REWARD) // 2
    for row, (name, tip, (value, is_best)) in enumerate(
        zip(("left", "right"), (x + 10, x + _CELL - 10 - _ARROW), values, strict=True)
    ):
        top = _VALUE + row * _ROW
        frame[top : top + _ROW, x : x + _CELL] = _value(name, value, is_best)
        if is_best:
            frame[middle - 8 : middle + 8, tip : tip + _ARROW] = _arrow(name)


@lru_cache(maxsize=2048)
def _value(name: str, value: str, is_best: bool) -> Image:
    canvas, colour = _Canvas(_CELL, _ROW), _BEST if is_best else _GREY
    size = canvas.fitting(f"{name}  {value}", size=13, room=_CELL - 24)
    canvas.text(12, 0, name, size=size, fill=colour)
    canvas.text(_CELL - 12, 0, value, size=size, fill=colour, anchor="ra")
    return canvas.image()


@lru_cache(maxsize=2)
def _arrow(name: str) -> Image:
    canvas = _Canvas(_ARROW, 16, paper=_STATE)
    tip, base = (0, _ARROW) if name == "left" else (_ARROW, 0)
    canvas.triangle((tip, 8), (base, 0), (base, 16), fill=_BEST)
    return canvas.image()


@lru_cache(maxsize=512)
def _label(text: str) -> Image:
    canvas = _Canvas(8 * len(text) + 8, 20)
    canvas.text(0, 0, text, size=14, fill=_INK)
    return canvas.image()


@lru_cache(maxsize=2)
def _agent(on_end: bool) -> Image:
    canvas = _Canvas(_DISC, _DISC, paper=_END if on_end else _STATE)
    canvas.disc(1, 1, _DISC - 1, _DISC - 1, fill=_AGENT)
    canvas.text(_DISC / 2, _DISC / 2, "A", size=22, fill=_PAPER, anchor="mm")
    return canvas.image()


class _Canvas:
    """A Pillow drawing in pixels of the final size."""

    def __init__(self, width: int, height: int, *, paper: str = _PAPER) -> None:
        try:
            from PIL import Image, ImageDraw, ImageFont
        except ImportError as error:
            raise DependencyNotInstalled(
                'Pillow is not installed, expected it to draw images; run pip install "rl-line[render]".'
            ) from error
        self._size = (width, height)
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), paper)
        self._draw, self._font = ImageDraw.Draw(self._image), ImageFont.load_default

    def box(self, left: float, top: float, right: float, bottom: float, *, fill: str) -> None:
        self._draw.rounded_rectangle(_scaled(left, top, right, bottom), radius=10 * _SCALE, fill=fill)

    def disc(self, left: float, top: float, right: float, bottom: float, *, fill: str) -> None:
        self._draw.ellipse(_scaled(left, top, right, bottom), fill=fill)

    def triangle(self, *corners: tuple[float, float], fill: str) -> None:
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in corners], fill=fill)

    def dots(self, x: float, y: float) -> None:
        """Three dots in a row around a point."""
        for left in (x - 8, x - 2, x + 4):
            self.disc(left, y - 2, left + 4, y + 2, fill=_GREY)

    def fitting(self, text: str, *, size: float, room: float) -> float:
        """The largest size of letters, at most `size`, at which a text is at most `room` wide."""
        return size * min(1.0, room * _SCALE / self._font(size * _SCALE).getlength(text))

    def text(self, x: float, y: float, text: str, *, size: float, fill: str, anchor: str = "la") -> None:
        self._draw.text(_scaled(x, y), text, font=self._font(size * _SCALE), fill=fill, anchor=anchor)

    def image(self) -> Any:
        return np.asarray(self._image.resize(self._size, 1))  # 1: Lanczos


def _scaled(*numbers: float) -> Any:
    return tuple(number * _SCALE for number in numbers)
