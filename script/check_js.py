"""Checks the page's scripts: each parses (by Node, where there is one), and none has left-overs in it.

Exit status 1 when something was found. Run by `script/lint`.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "js"
LEFT_OVERS = re.compile(
    r"\bconsole\.(log|debug)\b|\bdebugger\b|\bTODO\b|\bFIXME\b|\.innerHTML\s*\+=|\beval\("
)
MOST_LINES = 150


def problems(path: Path) -> list[str]:
    """What is wrong with one module, as lines for a person."""
    lines = path.read_text("utf-8").splitlines()
    found = [
        f"{path}:{number}: {match[0]!r} is not for a released page"
        for number, line in enumerate(lines, 1)
        if (match := LEFT_OVERS.search(line))
    ]
    if len(lines) > MOST_LINES:
        found.append(f"{path}: {len(lines)} lines; a module has one idea and at most {MOST_LINES}")
    return found


def parse_problem(node: str, path: Path) -> list[str]:
    """What Node says when it reads the file as a module."""
    command = [node, "--input-type=module", "--check"]
    done = subprocess.run(command, input=path.read_bytes(), capture_output=True, check=False)  # noqa: S603
    return [f"{path}: {done.stderr.decode().strip()}"] if done.returncode else []


def main() -> int:
    node = shutil.which("node")
    paths = sorted(FOLDER.rglob("*.js"))
    found = [line for path in paths for line in problems(path)]
    if node:
        found += [line for path in paths for line in parse_problem(node, path)]
    else:
        print("Node is not installed: the modules were not parsed here (the browser tests still load them).")
    print(*found, f"{len(paths)} modules, {len(found)} problems", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
