"""JSON and YAML that can be read and says each key once; npm folders that install the same everywhere."""

import json
import re

import yaml

from .tree import Finding

_INVALID = "/invalid/"  # folders of test data that is wrong on purpose


def check_json(tree):
    found = []
    for path in tree.files((".json",)):
        if _INVALID in path:
            continue
        try:
            json.loads(tree.text(path), object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            found.append(Finding(path, error.lineno, f"not JSON: {error.msg}"))
        except ValueError as error:
            found.append(Finding(path, 1, str(error)))
    return found


def _once(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key {key!r} stands twice in one object")
    return dict(pairs)


class _Strict(yaml.SafeLoader):
    """Refuses a map that says one key twice."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if (name := self.construct_object(key, deep=True)) in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {name!r} stands twice in one map", problem_mark=key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def check_yaml(tree):
    found = []
    for path in tree.files((".yaml", ".yml")):
        if _INVALID in path:
            continue
        try:
            for _ in yaml.load_all(tree.text(path), Loader=_Strict):
                pass
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            found.append(Finding(path, line, f"not YAML: {error.problem}"))
        except yaml.YAMLError as error:
            found.append(Finding(path, 1, f"not YAML: {error}"))
    return found


def check_npm(tree):
    """Each folder with a lock file has an .npmrc that keeps registry addresses out of it; neither names a registry."""
    found = []
    for path in tree.files(("package-lock.json",)):
        npmrc = path.removesuffix("package-lock.json") + ".npmrc"
        if not tree.has(npmrc):
            found.append(Finding(path, 1, "no .npmrc beside it with omit-lockfile-registry-resolved=true"))
        for number, line in enumerate(tree.lines(path), 1):
            if re.search(r'"resolved":\s*"(https?|git)', line):
                found.append(Finding(path, number, "names where the package was fetched from"))
    for path in tree.files((".npmrc",)):
        lines = [line.strip() for line in tree.lines(path)]
        if "omit-lockfile-registry-resolved=true" not in lines:
            found.append(Finding(path, 1, "omit-lockfile-registry-resolved=true is missing"))
        for number, line in enumerate(lines, 1):
            if re.match(r"(@[\w-]+:)?registry\s*=|//|_auth|cafile|.*_authToken", line):
                found.append(Finding(path, number, "an .npmrc of ours names no registry and no credentials"))
    for path in tree.files():
        if tree.shebang(path) in ("bash", "sh") if "." not in path.rsplit("/", 1)[-1] else path.endswith((".sh", ".mjs", ".py")):
            for number, line in enumerate(tree.lines(path), 1):
                if re.match(r"\s*[^#]*\bnpm (install|i|add)\b", line):
                    found.append(Finding(path, number, "installs are `npm ci` from a committed lock file"))
    return found
