"""Animations: images with text under them, written as a GIF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rl_line.system import replaced
from rl_line.system.extras import brought_by
from rl_line.system.kinds import as_path, several, spelled
from rl_line.system.numbers import real, shown

with brought_by("plot"):
    from PIL import Image, ImageDraw, ImageFont

_SIZE, _MARGIN, _SPACING = 14, 20, 6  # pixels: text size, margin, line spacing
_INK, _PAPER = "#1f2937", "#ffffff"


@spelled
def captioned(frames: Sequence[NDArray[np.uint8]], captions: Sequence[str]) -> list[Image.Image]:
    """Images [H, W, 3] with a caption under each, all as wide and as high as the largest.

    Raises:
        ValueError: no images.
    """
    frames = several("pass a list of images", frames=frames)
    captions = several("pass a list of texts", captions=captions)
    for frame in frames:
        if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
            raise ValueError(f"a frame is {shown(frame)}, expected [H, W, 3] of uint8; pass e.g. env.render().")
    if len(captions) != len(frames) or not all(isinstance(text, str) for text in captions):
        raise ValueError(f"captions={shown(captions)}, expected a text for each of {len(frames)} frames.")
    if not frames:
        raise ValueError("frames is empty, expected at least one image; show at least one step.")
    font = ImageFont.load_default(_SIZE)
    measure = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    boxes = [measure.multiline_textbbox((0, 0), text, font=font, spacing=_SPACING) for text in captions]
    top = max(frame.shape[0] for frame in frames)
    width = max(*(frame.shape[1] for frame in frames), *(round(box[2]) + 2 * _MARGIN for box in boxes))
    height = top + max(round(box[3]) for box in boxes) + _MARGIN
    images = []
    for frame, text in zip(frames, captions, strict=True):
        image = Image.new("RGB", (width, height), _PAPER)
        image.paste(Image.fromarray(frame), ((width - frame.shape[1]) // 2, 0))
        ImageDraw.Draw(image).multiline_text((_MARGIN, top + 4), text, font=font, fill=_INK, spacing=_SPACING)
        images.append(image)
    return images


@spelled
def save_gif(images: Sequence[Image.Image], path: str | Path, *, seconds: float = 1.0) -> Path:
    """Writes images as a looping GIF, `seconds` for each; equal neighbours are stored once, for a longer time.

    Missing folders are created; an existing file is replaced only by a complete new one.

    Raises:
        ValueError: there are no images, or the path does not end in .gif.
    """
    path, seconds = as_path(path), real(0, 655, seconds=seconds)
    if not images:
        raise ValueError("images is empty, expected at least one; show at least one step.")
    if path.suffix.lower() != ".gif":
        raise ValueError(
            f"path={str(path)!r}, expected the name of a GIF; pass e.g. {path.with_suffix('.gif').name!r}."
        )
    first, *others = images
    with replaced(path) as beside:
        first.save(beside, format="GIF", save_all=True, append_images=others, duration=round(1000 * seconds), loop=0)
    return path
