"""A control plane for each module."""

from tests.control.conftest import owner, studio

__all__ = ["owner", "studio"]
