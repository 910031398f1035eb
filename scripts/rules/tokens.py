"""C++ as a list of tokens: enough to see brackets, names and lambdas, blind to comments, strings and preprocessor lines."""

import re
from typing import NamedTuple

_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<directive>(?:(?<=\n)|\A)[ \t]*\#(?:[^\n\\]|\\\n|\\.)*)
  | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
  | (?P<number>\.?\d(?:'?[\w.]|(?<=[eEpP])[+-])*)
  | (?P<char>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+')
  | (?P<name>[A-Za-z_]\w*)
  | (?P<sign>->\*?|::|&&|\|\||<=>|<<=?|\.\.\.|[-+*/%^&|=!<>]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SILENT = {"space", "comment", "directive"}
_OPENS = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    kind: str  # name, number, string, raw, char or sign
    text: str
    line: int


def tokens(source):
    found = []
    line = 1
    for match in _PATTERN.finditer(source):
        if match.lastgroup and match.lastgroup not in _SILENT:
            kind = "raw" if match.lastgroup == "mark" else match.lastgroup
            found.append(Token(kind, match.group(), line))
        line += match.group().count("\n")
    return found


def partners(found):
    """For each bracket token its partner's index; unbalanced ones are left out."""
    pairs, open_ones = {}, []
    for at, token in enumerate(found):
        if token.kind != "sign":
            continue
        if token.text in _OPENS:
            open_ones.append(at)
        elif token.text in _OPENS.values() and open_ones and _OPENS[found[open_ones[-1]].text] == token.text:
            pairs[open_ones[-1]] = at
            pairs[at] = open_ones.pop()
    return pairs


def begins_lambda(found, at):
    """Whether the `[` at this index introduces a lambda, not a subscript, an attribute or a structured binding."""
    if found[at].text != "[" or (at + 1 < len(found) and found[at + 1].text == "["):
        return False
    if at == 0:
        return True
    before = found[at - 1]
    if before.text in ("[", ")", "]") or before.kind in ("number", "string", "raw"):
        return False
    if before.text in ("&", "&&"):  # auto& [a, b]
        return not (at >= 2 and found[at - 2].text == "auto")
    if before.kind == "name":
        return before.text in ("return", "co_return", "co_await", "co_yield")
    return True
