"""Words that have no place in the project: paths of one machine, package hosts, documents that are not here."""

import os
import re

from .tree import Finding

_HOSTS = ("registry.npmjs" + ".org", "registry.yarnpkg" + ".com", "deb.debian" + ".org", "snapshot.debian" + ".org", "archive.ubuntu" + ".com",
          "nodesource" + ".com", "pypi" + ".org", "files.pythonhosted" + ".org", "packages.cloud" + ".google.com", "proxy.golang" + ".org",
          "packages.example" + ".org")  # the fixture's
_ABSENT = ("design", "style", "seam-api", "devices", "reliability", "performance", "example-site", "osdp")
_HOMES = re.compile(r"(?<![\w.$}-])/(?:home/[a-z][\w-]*|Users/\w+|root)/")
_SECRETS = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bnpm_[A-Za-z0-9]{36}\b|\bghp_[A-Za-z0-9]{36}\b")


def _machine(root):
    top = os.path.realpath(root)
    parent = os.path.dirname(top)
    common = ("/", "/usr", "/opt", "/srv", "/tmp", "/var", "/home", "/root", "/mnt")
    return [top + "/"] + ([parent + "/"] if parent not in common else [])


def check_words(tree):
    machine = _machine(tree.root)
    present = {os.path.basename(f) for f in tree.files((".md",))}
    absent = [rf"\b{re.escape(name)}\.md\b" for name in _ABSENT if f"{name}.md" not in present]
    dangling = re.compile("|".join(absent)) if absent else None
    found = []
    for path in tree.files():
        if not tree.is_text(path):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            for word in [w for w in machine if w in line] + [w for w in _HOSTS if w in line]:
                found.append(Finding(path, number, f"names a machine or package host: {word}"))
            if match := _HOMES.search(line):
                found.append(Finding(path, number, f"a path of one machine: {match[0]}"))
            if match := dangling and dangling.search(line):
                found.append(Finding(path, number, f"{match[0]} is not a file of this project"))
            if _SECRETS.search(line):
                found.append(Finding(path, number, "looks like a secret"))
    return found
