"""Proves that each rule fires: tests/fixtures/check/RULE/ is a small tree, and its file `expected` lists PATH:LINE of every finding.

Lines of `good` code in the same tree prove that the rule leaves them alone.
"""

import json
import os
import tempfile

from . import clang
from .registry import RULES
from .tree import FIXTURES, Tree


def run(root, report):
    """The names of rules whose findings in their fixture are not the expected ones."""
    folder = root / FIXTURES
    failed = []
    for name in [*RULES, "syntax", "tidy"]:
        fixture = folder / name
        if not fixture.is_dir():
            report(f"{name}: has no fixture in {FIXTURES}{name}")
            failed.append(name)
            continue
        expected = set((fixture / "expected").read_text().split())
        actual = {f"{f.path}:{f.line}" for f in _findings(name, fixture)}
        for missing in sorted(expected - actual):
            report(f"{name}: stays silent on {missing}")
        for extra in sorted(actual - expected):
            report(f"{name}: must not fire on {extra}")
        if expected != actual or not expected:
            failed.append(name)
    return failed


def _findings(name, fixture):
    tree = Tree(fixture, walk=True)
    if name in RULES:
        return RULES[name](tree)
    with tempfile.TemporaryDirectory() as memory:
        database = os.path.join(memory, "database.json")
        entries = [
            {"directory": memory, "file": str(fixture / path), "command": f"/usr/bin/ccache /usr/bin/c++ -std=c++20 -Wall -o x.o -c {fixture / path}"}
            for path in tree.files((".cpp",))
        ]
        with open(database, "w", encoding="utf-8") as file:
            json.dump(entries, file)
        units = clang.Units(tree, database, memory)
        if name == "syntax":
            return list(clang.check_syntax(units, [], lambda _: None))
        return list(clang.check_tidy(units, tree.files(), lambda _: None))
