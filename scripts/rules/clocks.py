"""Time and randomness have one door each: everything else takes them as a parameter, so that tests run in virtual time."""

import re

from .tokens import tokens
from .tree import CPP, OUR_CODE, Finding

# The only places that may ask the machine for time, timers or randomness.
PLACES = ("daemon/base/", "drivers/sdk/time.", "simulators/common/clock.")

_NAMES = {"steady_timer", "system_timer", "high_resolution_timer", "deadline_timer", "random_device", "clock_gettime", "gettimeofday"}
_CLOCKS = {"system_clock", "steady_clock", "high_resolution_clock"}
_SLEEPS = {"sleep_for", "sleep_until", "usleep", "nanosleep"}
_TEST_SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\s*\(|\btime\.sleep\(|\bsetTimeout\(|^\s*(?:[^#'\"]*[;&|(]\s*)?sleep\s+[\d$.]")


def check_clocks(tree):
    found = []
    for path in tree.files(CPP, OUR_CODE):
        code = tokens(tree.text(path))
        for at, token in enumerate(code):
            if token.text in _SLEEPS:
                found.append(Finding(path, token.line, f"{token.text}: nothing here sleeps; wait on the clock with a budget"))
            elif not path.startswith(PLACES) and (token.text in _NAMES or _asks_now(code, at)):
                found.append(Finding(path, token.line, f"{token.text}: only {', '.join(PLACES)} may; take the clock as a parameter"))
    return found


def _asks_now(code, at):
    following = [t.text for t in code[at + 1 : at + 3]]
    if code[at].text in _CLOCKS:
        return following == ["::", "now"]
    return code[at].text == "time" and following in (["(", "nullptr"], ["(", "NULL"], ["(", "0"])


def check_test_sleeps(tree):
    """Tests wait for a state of the world, never for an amount of time. `eventually` is the one place that polls."""
    found = []
    for path in tree.files(None, ("tests/",)):
        if path.rsplit("/", 1)[-1].startswith("eventually.") or path.endswith((".md", ".json", ".yaml")) or not tree.is_text(path):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if _TEST_SLEEP.search(line):
                found.append(Finding(path, number, "a test that sleeps: wait for a state with `eventually`, or use a manual clock"))
    return found
