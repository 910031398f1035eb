"""What clang 16 sees and g++ 12 does not: layout, dropped results of co_await, and the list in .clang-tidy.

Syntax pass and clang-tidy remember by content what was clean, so a second run looks only at what changed.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from .tree import CPP, Finding

_GCC_ONLY = re.compile(r"-f(?:no-)?(?:concepts-diagnostics|sanitize|analyzer|diagnostics-all)|-Wno-(?:dangling-reference|stringop|mismatched-new)")
_FLAGS = ["-fsyntax-only", "-Wno-unknown-warning-option", "-Wno-unused-command-line-argument", "-Werror=unused-result", "-Werror=unused-value",
          "-Wno-unused-lambda-capture",  # it does not see `this` used in generic lambdas
          "-Wno-shadow"]  # nor tell a helper of a file joined before; g++ reads for that
_INCLUDED = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
_SAID = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):\d+: (?:fatal )?(?P<kind>error|warning): (?P<text>.*)$")


def check_format(tree):
    paths = tree.files(CPP)
    batches = [paths[i : i + 40] for i in range(0, len(paths), 40)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [finding for part in pool.map(lambda batch: _format(tree, batch), batches) for finding in part]


def _format(tree, batch):
    run = subprocess.run(["clang-format-16", "--dry-run", "-Werror", *batch], cwd=tree.root, capture_output=True, text=True)
    found = {}
    for said in filter(None, map(_SAID.match, run.stderr.splitlines())):
        found.setdefault(said["path"], Finding(said["path"], int(said["line"]), "not formatted: clang-format-16 -i"))
    if run.returncode and not found:
        found[""] = Finding(batch[0], 1, f"clang-format-16: {run.stderr.strip()[:200]}")
    return list(found.values())


class Units:
    """The translation units of a compile_commands.json, as clang has to be called for them: files, or what joins several of them."""

    def __init__(self, tree, database, memory, seconds=None):
        """`seconds`: how long the passes may take together."""
        self.tree, self.memory = tree, Path(memory)
        self.ends_at = None if seconds is None else time.monotonic() + seconds
        self.commands, self.files = {}, {}
        for entry in json.loads(Path(database).read_text()):
            path = os.path.relpath(entry["file"], tree.root)
            files = [path] if tree.has(path) else self._joined(entry["file"])
            if files:
                self.commands.setdefault(path, (entry["directory"], clang_flags(shlex.split(entry["command"]), entry["file"])))
                self.files[path] = files
        self.memory.mkdir(parents=True, exist_ok=True)
        self._write_database()

    def time_is_up(self):
        return self.ends_at is not None and time.monotonic() > self.ends_at

    def _joined(self, unit):
        """What a unit of the build system's making includes of ours."""
        try:
            names = _INCLUDED.findall(Path(unit).read_text())
        except OSError:
            return []
        return [path for name in names if self.tree.has(path := os.path.relpath(name, self.tree.root))]

    def _write_database(self):
        entries = [
            {"directory": folder, "file": str(self.tree.root / path), "arguments": ["clang++-16", *flags, str(self.tree.root / path)]}
            for path, (folder, flags) in self.commands.items()
        ]
        (self.memory / "compile_commands.json").write_text(json.dumps(entries))

    def _note(self, kind, path):
        return self.memory / f"{kind}-{hashlib.sha256(path.encode()).hexdigest()[:24]}.json"

    @lru_cache(maxsize=None)
    def _hash(self, path):
        try:
            return hashlib.sha256((self.tree.root / path).read_bytes()).hexdigest()
        except OSError:
            return "gone"

    def _call(self, path, extra):
        return hashlib.sha256(json.dumps([self.commands[path], self.files[path], _FLAGS, _version(), extra]).encode()).hexdigest()

    def known_clean(self, kind, path, extra=""):
        try:
            note = json.loads(self._note(kind, path).read_text())
        except (OSError, ValueError):
            return False
        return note["call"] == self._call(path, extra) and all(self._hash(p) == h for p, h in note["files"].items())

    def remember_clean(self, kind, path, extra=""):
        files = {p: self._hash(p) for p in self.needs(path)}
        self._note(kind, path).write_text(json.dumps({"call": self._call(path, extra), "files": files}))

    def needs(self, path):
        """The project's own files this unit was made of when clang last read it."""
        try:
            text = self._note("syntax", path).with_suffix(".d").read_text()
        except OSError:
            return self.files[path]
        names = text.replace("\\\n", " ").split(": ", 1)[1].split()
        folder = self.commands[path][0]
        inside = {os.path.relpath(os.path.join(folder, name), self.tree.root) for name in names}
        return sorted({*self.files[path]} | {name for name in inside if not name.startswith("..")})

    def reads(self, path):
        """The same by the include lines alone, for units that clang never read; a name that fits several files means them all."""
        seen, due = set(), [*self.files[path]]
        while due:
            one = due.pop()
            if one not in seen:
                seen.add(one)
                due += self._included(one)
        return seen

    @lru_cache(maxsize=None)
    def _included(self, path):
        return [one for name in _INCLUDED.findall(self.tree.text(path)) for one in self._by_tail().get(name, [])]

    @lru_cache(maxsize=None)
    def _by_tail(self):
        by_tail = {}
        for path in self.tree.files(CPP):
            parts = path.split("/")
            for at in range(len(parts)):
                by_tail.setdefault("/".join(parts[at:]), []).append(path)
        return by_tail

    def dependencies_file(self, path):
        return self._note("syntax", path).with_suffix(".d")


def clang_flags(arguments, source):
    """A g++ command line as clang understands it, without compiler, input and output."""
    flags = iter(arguments)
    for argument in flags:  # up to and with the compiler; a launcher may stand before it
        if re.search(r"(^|/)(c\+\+|g\+\+|clang\+\+)[-\d.]*$", argument):
            break
    kept = []
    for flag in flags:
        if flag in ("-o", "-MF", "-MT", "-MQ"):
            next(flags, None)
        elif flag not in ("-c", "-MD", "-MMD", source) and not _GCC_ONLY.match(flag):
            kept.append(flag)
    return kept


@lru_cache(maxsize=None)
def _version():
    return subprocess.run(["clang++-16", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def check_syntax(units, changed, progress):
    """Without `changed`: every unit."""
    paths = set(units.commands)
    if changed is not None:
        paths = _awaiting(units) | set(_touched(units, changed))
    return _each(units, "syntax", sorted(paths), "", _syntax, progress)


def _awaiting(units):
    """Units that say `co_await`, themselves or in a header of ours: there a result can be dropped unseen by g++."""
    return {unit for unit in units.commands if any("co_await" in units.tree.text(path) for path in units.reads(unit))}


def check_tidy(units, changed, progress):
    config = "".join(units.tree.text(f) for f in units.tree.files((".clang-tidy",)))
    return _each(units, "tidy", _touched(units, changed), config, _tidy, progress)


def _each(units, kind, paths, extra, look, progress):
    due = [path for path in paths if not units.known_clean(kind, path, extra)]
    progress(f"{len(due)} of {len(paths)} files, the others unchanged since they were clean")
    said = set()
    missed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, findings in zip(due, pool.map(lambda p: None if units.time_is_up() else look(units, p), due)):
            if findings is None:
                missed.append(path)
                continue
            yield from (finding for finding in findings if finding not in said)  # a header speaks once
            said.update(findings)
            if not findings:
                units.remember_clean(kind, path, extra)
    if missed:
        progress(f"time is up: {len(missed)} files were not looked at, from {missed[0]} on")


def _syntax(units, path):
    folder, flags = units.commands[path]
    command = ["clang++-16", *flags, *_FLAGS, "-MMD", "-MT", "unit", "-MF", str(units.dependencies_file(path)), str(units.tree.root / path)]
    return _findings(units, path, subprocess.run(command, cwd=folder, capture_output=True, text=True))


def _tidy(units, path):
    command = ["clang-tidy-16", "--quiet", "--warnings-as-errors=*", "--extra-arg=-Wno-unknown-warning-option",
               "--extra-arg=-Wno-unused-lambda-capture", "--extra-arg=-Wno-shadow", "-p", str(units.memory),
               str(units.tree.root / path)]
    return _findings(units, path, subprocess.run(command, cwd=units.tree.root, capture_output=True, text=True))


def _findings(units, path, run):
    if run.returncode == 0:
        return []
    found = []
    for said in filter(None, map(_SAID.match, (run.stdout + "\n" + run.stderr).splitlines())):
        where = os.path.relpath(os.path.join(units.commands[path][0], said["path"]), units.tree.root)
        if said["kind"] == "error":
            found.append(Finding(where, int(said["line"]), said["text"]))
    return found or [Finding(path, 1, (run.stderr or run.stdout).strip()[-300:])]


def _touched(units, changed):
    """Units with a file that changed, and for each changed header one unit that reads it."""
    changed = {path for path in changed if path.endswith(CPP)}
    touched = {unit for unit, files in units.files.items() if not changed.isdisjoint(files)}
    for header in sorted(changed - {path for files in units.files.values() for path in files}):
        if not any(header in units.reads(path) for path in touched):
            reader = next((path for path in sorted(units.commands) if header in units.reads(path)), None)
            touched |= {reader} if reader else set()
    return sorted(touched)
