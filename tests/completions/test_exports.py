"""The package's one door: `__all__` is what is there."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import conversations.completions as package


def test_all_names_exactly_what_is_exported() -> None:
    public = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(package.__all__) == public


def test_the_package_needs_no_django() -> None:
    script = "import sys, conversations.completions; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
