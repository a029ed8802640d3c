"""OTNet. Plugins import only this module: its names are the plugin interface.

`__init__.pyi` declares them, and each is imported at its first use, so that the command line starts fast.
`tests/contract/test_interface.py` fails when the list changes.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
