"""Models: Keras baselines, their training, and networks as forecasters."""

from rl_line.system import start_tensorflow

start_tensorflow()  # before any module below imports it

from sequence_tasks.models.builders import MODELS  # noqa: E402
from sequence_tasks.models.keras_feeds import WindowDataset, tf_dataset  # noqa: E402
from sequence_tasks.models.networks import network  # noqa: E402
from sequence_tasks.models.training import Training, fit, fit_buckets, fit_compiled  # noqa: E402

__all__ = ["MODELS", "Training", "WindowDataset", "fit", "fit_buckets", "fit_compiled", "network", "tf_dataset"]
