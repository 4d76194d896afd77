"""Models: Keras baselines, their training, batches of windows, and networks as forecasters.

Keras and TensorFlow are loaded by the first use of a name that needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sequence_tasks.models.feeds import Batches, buckets, padded
from sequence_tasks.models.forecaster import Ensemble, NetworkForecaster, next_value

if TYPE_CHECKING:
    from sequence_tasks.models.builders import MODELS
    from sequence_tasks.models.keras_feeds import WindowDataset, tf_dataset
    from sequence_tasks.models.networks import network
    from sequence_tasks.models.training import Training, fit, fit_compiled

__all__ = [
    "MODELS",
    "Batches",
    "Ensemble",
    "NetworkForecaster",
    "Training",
    "WindowDataset",
    "buckets",
    "fit",
    "fit_compiled",
    "network",
    "next_value",
    "padded",
    "tf_dataset",
]

_LAZY = {
    "MODELS": "builders",
    "WindowDataset": "keras_feeds",
    "tf_dataset": "keras_feeds",
    "network": "networks",
    "Training": "training",
    "fit": "training",
    "fit_compiled": "training",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
