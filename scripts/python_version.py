"""Says which Python is needed before anything else can fail."""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"OTNet needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11")
