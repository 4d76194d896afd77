"""Assertions about a picture in a file: its colours, and margins without content."""

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image


def assert_shows(path, *colours, least=50):
    """Asserts that each colour covers at least `least` pixels, and that the outermost pixels are white.

    Args:
        path: a PNG.
        colours: names or codes of Matplotlib.
        least: least number of pixels of each colour.
    """
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (edges == 255).all(), "something is cut off at an edge"
    for colour in colours:
        wanted = np.round(np.array(to_rgb(colour)) * 255)
        assert (np.abs(pixels - wanted).max(axis=-1) <= 1).sum() >= least, f"nothing is drawn in {colour}"
