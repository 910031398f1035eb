"""Scripts can at least be read by their interpreters, and can be started."""

import ast
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .tree import Finding


_NODE = Path(__file__).resolve().parents[2] / ".node/node_modules/.bin/node"


def check_scripts(tree):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [f for part in pool.map(lambda path: _node(tree, path), tree.files((".mjs", ".js"))) for f in part]
    for path in tree.files():
        kind = _kind(tree, path)
        if kind == "bash":
            found += _bash(tree, path)
        elif kind == "python":
            found += _python(tree, path)
        if kind and tree.shebang(path) and not os.access(tree.root / path, os.X_OK):
            found.append(Finding(path, 1, "has an interpreter line but may not be executed"))
    return found


def _kind(tree, path):
    name = path.rsplit("/", 1)[-1]
    if "." not in name:
        interpreter = tree.shebang(path)
        return {"bash": "bash", "sh": "bash", "python3": "python"}.get(interpreter, interpreter and "other")
    return {"sh": "bash", "py": "python", "mjs": "other", "js": "other"}.get(name.rsplit(".", 1)[-1])


def _bash(tree, path):
    shell = "sh" if tree.shebang(path) == "sh" else "bash"
    run = subprocess.run([shell, "-n", tree.root / path], capture_output=True, text=True)
    found = [Finding(path, 1, f"{shell} -n: {line}") for line in run.stderr.splitlines()[:3]] if run.returncode else []
    head = tree.lines(path)[:25]
    if shell == "bash" and tree.shebang(path) and not any(line.startswith(("set -e", "set -u")) for line in head):
        found.append(Finding(path, 1, "starts without `set -euo pipefail`"))
    return found


def _python(tree, path):
    try:
        ast.parse(tree.text(path))
    except SyntaxError as error:
        return [Finding(path, error.lineno or 1, f"not Python: {error.msg}")]
    return []


def _node(tree, path):
    run = subprocess.run([_NODE, "--check", tree.root / path], capture_output=True, text=True)
    if run.returncode == 0:
        return []
    at = next((int(line.rsplit(":", 1)[1]) for line in run.stderr.splitlines() if line.rsplit(":", 1)[-1].isdigit()), 1)
    said = next((line for line in run.stderr.splitlines() if "Error" in line), "node --check fails")
    return [Finding(path, at, said)]
