"""The asynchronous client. `_sync` is generated from these modules by scripts/client_types.py."""
