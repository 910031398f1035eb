"""Rooms and their borders: who may include whom, read from the table in docs/architecture.md.

The table under "## Rooms" has the columns room, rooms it may use, libraries it may use. A room is a folder; its own headers are
always allowed. `any` lifts the limit of a column. The longest room that begins a path is the file's room.
"""

import posixpath
import re
from pathlib import PurePosixPath
from typing import NamedTuple

from .tree import CPP, Finding

TABLE = "docs/architecture.md"
ROOTS = ("daemon", "drivers", "drivers/sdk", "simulators", "cli", "tests", "bench")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)

# Library words of the table -> beginnings of their headers. The longest match names the library.
LIBRARIES = {
    "io": ("fstream", "iostream", "filesystem", "thread", "future", "random", "mutex", "condition_variable"),
    "posix": ("sys/", "unistd.h", "fcntl.h", "poll.h", "signal.h", "spawn.h", "netinet/", "arpa/", "net/", "netdb.h", "pwd.h", "grp.h",
              "termios.h", "pty.h", "dirent.h", "errno.h", "linux/", "sched.h", "pthread.h"),
    "spdlog": ("spdlog/",),
    "fmt": ("fmt/",),
    "boost": ("boost/",),
    "asio": ("boost/asio/", "boost/asio.hpp"),
    "tls": ("boost/asio/ssl/", "boost/asio/ssl.hpp", "boost/beast/ssl", "openssl/ssl.h", "openssl/x509"),
    "beast": ("boost/beast/", "boost/beast.hpp"),
    "json": ("boost/json/", "boost/json.hpp", "boost/json/fwd.hpp"),
    "url": ("boost/url/", "boost/url.hpp"),
    "openssl": ("openssl/",),
    "digests": ("openssl/evp.h", "openssl/sha.h", "openssl/rand.h", "openssl/crypto.h", "openssl/hmac.h", "openssl/err.h"),
    "date": ("date/",),
    "xxhash": ("xxhash.h",),
    "sqlite": ("sqlite3.h",),
    "yaml": ("yaml-cpp/",),
    "cli11": ("CLI/",),
    "systemd": ("systemd/",),
    "paho": ("mqtt/", "MQTT"),
    "modbus": ("modbus/", "modbus.h"),
    "gtest": ("gtest/", "gmock/"),
    "benchmark": ("benchmark/",),
}


class Room(NamedTuple):
    folder: str
    rooms: frozenset
    libraries: frozenset


def library_of(header):
    best, word = -1, None
    for name, beginnings in LIBRARIES.items():
        for beginning in beginnings:
            whole = beginning.endswith((".h", ".hpp")) or "/" not in beginning and beginning != "MQTT"
            if len(beginning) > best and (header == beginning if whole else header.startswith(beginning)):
                best, word = len(beginning), name
    if word is None and "/" not in header and not header.endswith(".hpp"):
        return "std"
    return word


def read_table(tree):
    """The rooms, and what is wrong with the table itself."""
    rooms, wrong = {}, []
    if not tree.has(TABLE):
        return rooms, [Finding(TABLE, 1, "the table of rooms is missing")]
    inside = False
    for number, line in enumerate(tree.lines(TABLE), 1):
        if line.startswith("## "):
            inside = line == "## Rooms"
        if not (inside and line.startswith("| `")):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        names = [frozenset(re.findall(r"`([^`]+)`", cell)) for cell in cells]
        for folder in names[0]:
            rooms[folder] = Room(folder, names[1], names[2])
        wrong += [Finding(TABLE, number, f"unknown library `{w}`") for w in names[2] - set(LIBRARIES) - {"std", "any"}]
    wrong += [Finding(TABLE, 1, "the table of rooms is empty")] if not rooms else []
    return rooms, wrong


def room_of(rooms, path):
    holding = [r for r in rooms.values() if path.startswith(r.folder + "/")]
    return max(holding, key=lambda r: len(r.folder), default=None)


def resolve(tree, path, header):
    """The file of this tree that an include in quotes names, or None: beside it, below a folder above it, or below an include root."""
    above = [folder.as_posix() for folder in PurePosixPath(path).parents]
    tried = (posixpath.normpath(f"{folder}/{header}") for folder in (*above, *ROOTS))
    found = next(filter(tree.has, tried), None)
    return found or next((name for name in tree.files(CPP) if name.endswith("/" + header)), None)


def check_rooms(tree):
    rooms, found = read_table(tree)
    if not rooms:
        return found
    for path in tree.files(CPP):
        room = room_of(rooms, path)
        if room is None:
            found.append(Finding(path, 1, f"this folder is no room of the table in {TABLE}"))
            continue
        for match in _INCLUDE.finditer(tree.text(path)):
            line = tree.text(path).count("\n", 0, match.start()) + 1
            wrong = _quoted(tree, rooms, room, path, match[2]) if match[1] == '"' else _angled(room, match[2])
            if wrong:
                found.append(Finding(path, line, wrong))
    return found


def _quoted(tree, rooms, room, path, header):
    if ".." in header.split("/"):
        return f'"{header}": include from a root, not through ..'
    target = resolve(tree, path, header)
    if target is None:
        return f'"{header}" is no file of this project (libraries go in angle brackets)'
    other = room_of(rooms, target)
    if other is None or other.folder == room.folder or room.rooms & {"any", other.folder}:
        return None
    return f'{room.folder} may not include {other.folder} ("{header}")'


def _angled(room, header):
    library = library_of(header)
    if library is None:
        return f"<{header}>: no library of ours; if it should be one, add it to the rules and to {TABLE}"
    if room.libraries & {"any", library} or (library == "std" and room.libraries):
        return None
    return f"{room.folder} may not use {library} (<{header}>)"
