"""The key files of docs/formats, in Python, written from those pages alone."""
