"""TensorFlow: its quiet start, and programs shared by all objects that are made alike."""
