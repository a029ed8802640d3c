"""Checks the Python version first, so that an old one gives a clear error message."""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"OTNet needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11")
