"""TensorFlow: its quiet start, and programs shared by equal objects."""
