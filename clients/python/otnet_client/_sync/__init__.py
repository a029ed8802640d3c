"""The synchronous client, generated from `_async` by scripts/client_types.py, except for this file and `_io.py`."""
