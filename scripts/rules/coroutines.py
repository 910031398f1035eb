"""What g++ 12 gets wrong, or what outlives its scope, around coroutines.

- Nothing is built inside a full expression that awaits: no lambda, no aggregate, no braced list. Name it first, then move it in.
- No co_await in the condition of if, while, for or switch, nor in EXPECT_ and ASSERT_ (which are an `if`): the frame is left broken.
  Name the result first; the first part of `if (init; condition)` and the range of a `for` are statements of their own and do no harm.
- `co_return Result<void>{};`, never `co_return {};`.
- In files with coroutines, lambdas capture by name.
- Coroutines are spawned only in the files docs/architecture.md lists, and never detached without a handler.
"""

import re

from .tokens import begins_lambda, partners, tokens
from .tree import CPP, OUR_CODE, Finding

_CONTROL = {"if", "while", "for", "switch"}
_ASSERTIONS = ("EXPECT_", "ASSERT_")
_AWAITS = {"co_await", "co_yield"}
_DURATIONS = {"hours", "minutes", "seconds", "milliseconds", "microseconds", "Seconds", "Milliseconds"}
_MARKS = _AWAITS | {"co_return", "awaitable"}


def check_awaits(tree):
    found = []
    for path in tree.files(CPP):
        if "co_" not in tree.text(path):
            continue
        code = tokens(tree.text(path))
        pairs = partners(code)
        reported = set()
        for at, token in enumerate(code):
            if token.text in _AWAITS:
                if at not in reported and _decides(code, pairs, at):
                    reported.add(at)
                    found.append(Finding(path, token.line, f"{token.text} in a condition: name its result first"))
                for bad, what in _built_around(code, pairs, at):
                    if bad not in reported:
                        reported.add(bad)
                        found.append(Finding(path, code[bad].line, f"{what} inside a {token.text} expression: name it, then move it in"))
            if token.text == "co_return" and [t.text for t in code[at + 1 : at + 4]] == ["{", "}", ";"]:
                found.append(Finding(path, token.line, "co_return {}: write the type, as in co_return Result<void>{};"))
    return found


def _decides(code, pairs, at):
    """Whether the co_await at `at` stands in a condition, or in a test's EXPECT_ or ASSERT_."""
    first = at
    while True:
        first = _back(code, pairs, first)
        opener = _around(code, pairs, first)
        if opener <= 0 or code[opener].text == "{":
            return False
        before = code[opener - 1]
        if code[opener].text == "(" and (before.text in _CONTROL or before.text == "constexpr"):
            return not _harmless_part(code, pairs, opener, first)
        if code[opener].text == "(" and before.text.startswith(_ASSERTIONS):
            return True
        first = opener


def _around(code, pairs, at):
    """The bracket that opens the level `at` is on; -1 when there is none."""
    at -= 1
    while at >= 0 and not (code[at].text in ("(", "[", "{") and at in pairs):
        at = pairs[at] - 1 if at in pairs else at - 1
    return at


def _harmless_part(code, pairs, opener, first):
    """Of what stands between the brackets of a control statement: whether the part that begins at `first` is no condition."""
    inner = range(opener + 1, pairs[opener])
    if code[opener - 1].text != "for":
        return any(code[i].text == ";" for i in _level(pairs, first, inner.stop))
    ends = [i for i in _level(pairs, inner.start, inner.stop) if code[i].text == ";"]
    return len(ends) != 2 or first != ends[0] + 1


def _level(pairs, at, end):
    """Indices from `at` to `end` on one bracket level."""
    while at < end:
        yield at
        at = pairs[at] + 1 if pairs.get(at, at) > at else at + 1


def _built_around(code, pairs, at):
    """Indices of the lambdas and braces that live in the same full expression as the co_await at `at`."""
    first, last, braced = _full_expression(code, pairs, at)
    if braced is not None:
        yield braced, "a braced list"
    i = first
    while i < last:
        if code[i].text == "[" and begins_lambda(code, i):
            yield i, "a lambda"
            i = _lambda_end(code, pairs, i)
        elif code[i].text == "{" and i in pairs:
            if not (code[i - 1].text in _DURATIONS and pairs[i] == i + 2):  # seconds{1} is a number with a unit
                yield i, "a braced list or aggregate"
            i = pairs[i]
        i += 1


def _lambda_end(code, pairs, at):
    i = pairs.get(at, at)
    while i < len(code) and code[i].text not in ("{", ";"):
        i = pairs.get(i, i) + 1 if code[i].text == "(" else i + 1
    return pairs.get(i, i)


def _full_expression(code, pairs, at):
    """The bounds of the statement or control condition around `at`, and the brace of an initializer list it stands in, if any."""
    first, last, braced = at, at, None
    while True:
        first = _back(code, pairs, first)
        last = _forth(code, pairs, last)
        opener = first - 1
        if opener < 0 or last >= len(code) or pairs.get(opener) != last:
            return first, last, braced  # a whole statement
        if code[opener].text == "{":
            braced = opener
        elif opener > 0 and code[opener - 1].text in _CONTROL or code[opener - 1].text == "constexpr":
            return first, last, braced
        first, last = opener, last + 1


def _back(code, pairs, at):
    """The first token of the expression list that holds `at` on its own bracket level."""
    i = at
    while i > 0:
        before = code[i - 1]
        if before.text in (";", "(", "[", "{"):
            return i
        if before.text == "}" and (code[i].kind == "name" or code[i].text in ("(", "*", "++", "--", "::")):
            return i  # the end of a block: what follows it begins a statement
        i = pairs[i - 1] if before.text in (")", "]", "}") and i - 1 in pairs else i - 1
    return i


def _forth(code, pairs, at):
    """One past the last token of the expression list that holds `at` on its own bracket level."""
    i = at
    while i < len(code):
        text = code[i].text
        if text in (";", ")", "]", "}"):
            return i
        if text == "{" and i > at and code[i - 1].text == ")":
            return i  # the block after a condition
        i = pairs[i] + 1 if text in ("(", "[", "{") and i in pairs else i + 1
    return i


def check_captures(tree):
    found = []
    for path in tree.files(CPP, OUR_CODE):
        code = tokens(tree.text(path))
        if not _MARKS & {t.text for t in code}:
            continue
        for at, token in enumerate(code):
            if token.text == "[" and begins_lambda(code, at):
                after = [t.text for t in code[at + 1 : at + 3]]
                if len(after) == 2 and after[0] in ("&", "=") and after[1] in ("]", ","):
                    found.append(Finding(path, token.line, f"[{after[0]}] in a file with coroutines: capture by name"))
    return found


def check_spawns(tree):
    listed = set(re.findall(r"`(daemon/[\w/.]+)`", _section(tree, "Spawned coroutines")))
    found = []
    for path in tree.files(CPP, ("daemon/",)):
        code = tokens(tree.text(path))
        for at, token in enumerate(code):
            if token.text == "co_spawn" and path not in listed and not _awaited(code, at):
                found.append(Finding(path, token.line, "co_spawn in a file the list in docs/architecture.md does not name"))
            if token.text == "detached" and at and code[at - 1].text == "::":
                found.append(Finding(path, token.line, "detached swallows errors: give the coroutine a handler that logs"))
    return found


def _awaited(code, at):
    """Whether the co_spawn at `at` is itself waited for, as in `co_await asio::co_spawn(...)`: it does not outlive its caller."""
    return [t.text for t in code[max(0, at - 3) : at]] == ["co_await", "asio", "::"]


def _section(tree, title):
    if not tree.has("docs/architecture.md"):
        return ""
    parts = tree.text("docs/architecture.md").split(f"## {title}\n", 1)
    return parts[1].split("\n## ", 1)[0] if len(parts) == 2 else ""
