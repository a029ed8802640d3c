"""Makes the checkout importable in the virtual environment and writes `otnet` to its bin folder.

The same as an editable install, but without a build back end and without the built front end.
"""

import sysconfig
from pathlib import Path

root = Path(__file__).resolve().parent.parent
paths = sysconfig.get_paths()
Path(paths["purelib"], "otnet.pth").write_text(f"{root}\n", "utf-8")
script = Path(paths["scripts"], "otnet")
python = Path(paths["scripts"], "python")
script.write_text(f"#!{python}\nfrom otnet_server.cli import main\n\nmain()\n", "utf-8")
script.chmod(0o755)
