"""What the Pythons of a run keep of what they compiled; `make test` names the folder."""

import shutil
import sys
import tempfile
from pathlib import Path


def forget_temporary():
    """Drop what is of modules in temporary folders: no later run has those."""
    if sys.pycache_prefix:
        temporary = Path(tempfile.gettempdir()).resolve()
        kept = Path(sys.pycache_prefix) / temporary.relative_to(temporary.anchor)
        shutil.rmtree(kept, ignore_errors=True)
