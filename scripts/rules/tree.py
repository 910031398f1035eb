"""The files of the project, and what a rule says about them."""

import os
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

CPP = (".cpp", ".hpp")
OUR_CODE = ("daemon/", "drivers/", "simulators/", "cli/")
FIXTURES = "tests/fixtures/check/"  # deliberately wrong: only the self-test looks there


class Finding(NamedTuple):
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """A folder and its files: what git knows or would add, or simply everything in it (fixtures)."""

    def __init__(self, root, walk=False):
        self.root = Path(root)
        self._files = self._walked() if walk else self._listed()

    def _listed(self):
        out = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=self.root, capture_output=True, check=True, text=True
        ).stdout
        names = {name for name in out.split("\0") if name and not name.startswith(FIXTURES)}
        return sorted(name for name in names if (self.root / name).is_file())

    def _walked(self):
        found = []
        for folder, _, names in os.walk(self.root):
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return sorted(found)

    def files(self, suffixes=None, under=("",)):
        """Paths below one of `under` that end in one of `suffixes`."""
        return [f for f in self._files if f.startswith(tuple(under)) and (suffixes is None or f.endswith(tuple(suffixes)))]

    def has(self, path):
        return path in self._known

    @property
    @lru_cache(maxsize=None)
    def _known(self):
        return frozenset(self._files)

    @lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        return self.text(path).splitlines()

    def is_text(self, path):
        with open(self.root / path, "rb") as file:
            return b"\0" not in file.read(4096)

    def shebang(self, path):
        """The interpreter a script names in its first line, such as `bash`, or an empty string."""
        with open(self.root / path, "rb") as file:
            first = file.readline(200).decode("utf-8", "replace")
        return os.path.basename(first.split()[-1]) if first.startswith("#!") and first.split() else ""
