"""Claims about a picture in a file: it shows certain colours, and nothing of it is cut off at its edges."""

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image


def assert_shows(path, *colours, least=50):
    """Asserts that each colour covers so many pixels, and that the outermost pixels are paper.

    Args:
        path: a PNG.
        colours: as Matplotlib names them.
        least: pixels of each.
    """
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (edges == 255).all(), "something is cut off at an edge"
    for colour in colours:
        wanted = np.round(np.array(to_rgb(colour)) * 255)
        assert (np.abs(pixels - wanted).max(axis=-1) <= 1).sum() >= least, f"nothing is drawn in {colour}"
