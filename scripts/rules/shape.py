"""Files stay small enough to read in one sitting."""

from .tree import Finding

LONGEST = 500
_CODE = (".cpp", ".hpp", ".py", ".sh", ".mjs", ".js", ".ts", ".cmake", "CMakeLists.txt")


def is_code(tree, path):
    return path.endswith(_CODE) or ("." not in path.rsplit("/", 1)[-1] and bool(tree.shebang(path)))


def check_length(tree):
    found = []
    for path in tree.files():
        if is_code(tree, path) and (lines := len(tree.lines(path))) > LONGEST:
            found.append(Finding(path, LONGEST + 1, f"{lines} lines; no file is longer than {LONGEST}"))
    return found
