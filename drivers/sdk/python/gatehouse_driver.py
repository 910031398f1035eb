"""The part every Gatehouse driver has in common, for drivers in Python; nothing but the standard library. gatehouse_fields.py belongs to it.

It keeps docs/driver-protocol.md as drivers/sdk does for C++: a driver is a class over Line and one call of run(). The calling thread reads
standard input; each line has a thread that does its work. Whoever has something to say waits until it is taken, so nothing piles up.
"""
import collections
import contextlib
import json
import os
import re
import signal
import sys
import threading
import time
import traceback

from gatehouse_fields import FIELDS, is_of, wrong_field

LONGEST_LINE = 65536  # with its newline
A_PAGE = 128          # entries
LOCKED_WITHIN_MS = 1000
DOOR_REQUESTS = ("strike", "set_door")
TABLE_REQUESTS = ("read_table", "apply")


class Late(Exception):
    """The deadline has come; nothing was sent."""


class Offline(Exception):
    """Nobody is there; nothing was sent."""


class Unclear(Exception):
    """It was sent, and nothing clear came back."""


def now():
    """CLOCK_MONOTONIC in milliseconds: the one time of the protocol."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000


def log(event):
    """A line for the daemon's log. Never a key, a code or a password."""
    with contextlib.suppress(OSError):  # whoever reads it is gone
        print(event, file=sys.stderr, flush=True)


_pen = threading.Lock()
_ending = threading.Event()


def say(**message):
    data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
    if not _pen.acquire(timeout=0.2 if _ending.is_set() else -1):
        return  # nobody takes what is said, and there are doors to lock
    with contextlib.suppress(OSError):  # the daemon is gone; the end of its input tells
        while data:
            data = data[os.write(1, data):]
    _pen.release()


def answer(request, verdict, **more):
    say(type="answer", id=request["id"], verdict=verdict, **more)


def verdict_of(error):
    """What an exception says to the daemon. A driver never guesses: sent and not clearly answered is unknown."""
    if isinstance(error, Late):
        return {"verdict": "unknown", "reason": "late"}
    if isinstance(error, Offline):
        return {"verdict": "offline"}
    return {"verdict": "unknown", "reason": "timeout"}


class Line:
    """One line with one device on it.

    A driver says what its device can do in `capabilities` (where that depends on the device: in those of self, and the class has none, so
    that nothing wrong is said before the device is attached) and defines, all of them ending by the deadline or raising one of the above:

    meet(deadline)             a sign of life; answers the restart marker, a text
    mode(door, mode, deadline) "locked" or "unlocked"; answers a verdict word
    press(door, ms, deadline)  opens for so long; answers a verdict word
    step(step, deadline)       a put or a drop; answers {"verdict": ...}, with "read_back": True beside "acknowledged" when the device was asked
                               for this entry alone behind the write and showed it done
    rows(deadline)             yields lists of entries, one a telegram; returns True when they were all there is, else why not, a word
    own_connection()           for the last act: the same line by another way, whatever this one is doing
    findings(device)           of the class: what is wrong with a device before it is attached, (field, text) each; field is "params.NAME",
                               "doors.NUMBER" or "". `device` is its `attach`, without secrets. A driver that finds nothing leaves it out
    """

    capabilities = {}

    def __init__(self, name, endpoint):
        self.name = name
        self.endpoint = endpoint
        self.device = None
        self.modes = {}  # by door
        self.pulses = {}  # by door, for a device that keeps them as a setting; milliseconds
        self.asserted = {}  # the verdict on each; acknowledged: the device has it
        self.open = True
        self.marker = None
        self.met = False  # since the last silence
        self.heard = None  # None: nothing was told of it yet
        self.queue = collections.deque()
        self.changed = threading.Condition()
        self.running = None
        self.rest = {}  # of a long table, by cursor
        self.cursors = 0

    @staticmethod
    def findings(device):
        return ()

    # Called by the thread that reads standard input.

    def submit(self, request):
        with self.changed:
            tables = []
            if request["type"] in TABLE_REQUESTS:
                tables = [one for one in (self.running, *self.queue) if one and one["type"] in TABLE_REQUESTS]
            yields = request["type"] == "apply" and len(tables) == 1 and tables[0]["type"] == "read_table"
            if tables and not yields:
                return answer(request, "busy", retry_after_ms=50)
            self.withdraw(lambda one: one in tables, "unknown", "yielded")
            self.queue.append(request)
            self.changed.notify()

    def withdraw(self, which, verdict, reason):
        with self.changed:
            gone = [one for one in self.queue if which(one)]
            for one in gone:
                self.queue.remove(one)
        for one in gone:
            answer(one, verdict, reason=reason)

    # The line's own thread.

    def work(self):
        while self.open:
            self.running = self.take(lambda one: True, seconds=1)
            try:
                if self.running:
                    self.carry_out(self.running)
                elif self.device:
                    self.sign_of_life(now() + 1000)
            except (Late, Offline, Unclear):
                pass

    def take(self, which, seconds=0.0):
        """A door request, else the first that fits."""
        with self.changed:
            self.changed.wait_for(lambda: any(map(which, self.queue)), seconds)
            doors = (one for one in self.queue if one["type"] in DOOR_REQUESTS)
            found = next(doors, None) or next(filter(which, self.queue), None)
            if found:
                self.queue.remove(found)
            return found

    def carry_out(self, request):
        try:
            told = self.unfit(request) or getattr(self, request["type"])(request, int(request["deadline"]))
        except (Late, Offline, Unclear) as error:
            told = verdict_of(error)
        if self.running is request:
            self.running = None  # whoever has the answer may ask again
        answer(request, **told)

    def unfit(self, request):
        kind = request["type"]
        if now() >= int(request["deadline"]):
            raise Late
        if kind == "attach":
            return self.device and {"verdict": "refused", "reason": "already_attached"}
        if kind != "close_line" and self.device != request["device"]:
            return {"verdict": "refused", "reason": "not_attached"}
        if "door" in request and request["door"] not in self.modes:
            return {"verdict": "refused", "reason": "no_such_door"}
        return None

    def between_telegrams(self):
        """What waits behind a long operation is answered at its deadline, and a door opens meanwhile."""
        self.withdraw(lambda one: now() >= int(one["deadline"]), "unknown", "late")
        while request := self.take(lambda one: one["type"] in DOOR_REQUESTS):
            self.carry_out(request)

    def ready(self, deadline):
        """Before every telegram. A door must not open minutes later."""
        if now() < deadline and not self.met:
            self.sign_of_life(deadline)
        if now() >= deadline:
            raise Late

    def sign_of_life(self, deadline):
        """Behind a silence, what the doors are to be goes before everything else."""
        try:
            marker = self.meet(deadline)
            restarted = self.marker not in (None, marker)
            anew = restarted or not self.met
            self.marker, self.met = marker, True
            if restarted:
                self.asserted = {}
            for door in self.modes:
                if self.asserted.get(door) != "acknowledged":
                    self.put_in_mode(door, deadline)
        except (Late, Offline, Unclear) as error:
            self.met = False
            if self.heard is not False:
                self.tell("offline", reason="no_answer")
            self.heard = False
            raise Offline from error
        if restarted:
            self.tell("restarted", marker=marker)
        if anew:
            self.tell("online", reason="attached" if self.heard is None else "answer")
        self.heard = True

    def lost(self):
        """A telegram went unanswered: the next one begins with a sign of life."""
        self.met = False
        return Unclear()

    def tell(self, what, /, **more):  # an event has a `kind` of its own
        say(type=what, line=self.name, device=self.device, at=str(now()), **more)

    def settings_are(self, state, detail=""):
        """Settings of the device that everything relies on: "verified", "differs" (detail: what) or "unknown"."""
        self.tell("setup", state=state, **({"detail": detail} if detail else {}))

    def put_in_mode(self, door, deadline):
        self.asserted[door] = "unknown"
        left = self.modes[door] == "leave"
        self.asserted[door] = "acknowledged" if left else self.mode(door, self.modes[door], deadline)
        return self.asserted[door]

    def lock(self, deadline):
        for door, mode in self.modes.items():
            if mode != "leave":
                self.mode(door, "locked", deadline)

    # The requests.

    def attach(self, request, deadline):
        self.device = request["device"]
        self.modes = {one["door"]: one["mode"] for one in request["doors"]}
        self.pulses = {one["door"]: one["pulse_ms"] for one in request["doors"] if "pulse_ms" in one}
        self.met, self.heard, self.asserted = False, None, {}
        try:
            self.sign_of_life(deadline)
        except Offline:
            pass  # it need not answer yet
        doors = [{"door": door, "verdict": self.asserted.get(door, "offline")} for door in self.modes]
        return {"verdict": "acknowledged", "capabilities": self.capabilities, "doors": doors}

    def detach(self, request, deadline):
        try:
            self.lock(deadline)
        except (Late, Offline, Unclear):
            pass
        self.withdraw(lambda one: one.get("device") == self.device, "refused", "not_attached")
        self.device, self.modes, self.rest = None, {}, {}
        return {"verdict": "acknowledged"}

    def close_line(self, request, deadline):
        self.open = False
        return self.detach(request, deadline)

    def set_door(self, request, deadline):
        door = request["door"]
        self.modes[door], self.asserted[door] = request["mode"], "offline"  # asserted with the next sign of life, if not now
        self.ready(deadline)
        return {"verdict": self.put_in_mode(door, deadline)}

    def strike(self, request, deadline):
        self.ready(deadline)
        return {"verdict": self.press(request["door"], request["pulse_ms"], deadline)}

    def apply(self, request, deadline):
        self.rest = {}
        verdicts = []
        for step in request["steps"]:
            self.between_telegrams()
            try:
                self.ready(deadline)
                verdicts.append(self.step(step, deadline))
            except (Late, Offline, Unclear) as error:
                verdicts.append(verdict_of(error))
        return {"verdict": "acknowledged", "steps": verdicts}

    def read_table(self, request, deadline):
        if "cursor" in request:
            entries, end = self.rest.pop(request["cursor"], ([], "yielded"))
            return self.page(entries, end)
        self.rest = {}
        self.ready(deadline)
        entries, rows, end = [], self.rows(deadline), None
        while end is None:
            try:
                entries += next(rows)
                self.between_telegrams()
                if any(one["type"] == "apply" for one in list(self.queue)):
                    end = "yielded"
            except StopIteration as stop:
                end = stop.value
            except (Late, Offline, Unclear) as error:
                if not entries:
                    raise  # nothing was read at all, and unreachable is never empty
                end = "late" if isinstance(error, Late) else "offline" if isinstance(error, Offline) else "damaged"
        return self.page(entries, end)

    def page(self, entries, end):
        told = {"verdict": "acknowledged", "rounds": 1, "entries": entries[:A_PAGE]}
        if len(entries) > A_PAGE:
            self.cursors += 1
            self.rest = {str(self.cursors): (entries[A_PAGE:], end)}
            return {**told, "page": "more", "cursor": str(self.cursors)}
        return {**told, "page": "complete"} if end is True else {**told, "page": "partial", "reason": end}


def last_act(lines):
    """Level outputs fall with their driver: each line by a connection of its own, all within the time there is."""
    def lock(line):
        try:
            line.own_connection().lock(now() + LOCKED_WITHIN_MS)
        except Exception as error:
            log(f"error lock_failed line={line.name} what={type(error).__name__}")

    threads = [threading.Thread(target=lock, args=[line], daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    until = now() + LOCKED_WITHIN_MS + 300
    for thread in threads:
        thread.join(max(0, until - now()) / 1000)


class Program:
    """What stands between standard input and the lines."""

    def __init__(self, manifest, make_line):
        self.manifest, self.make_line = manifest, make_line
        self.lines = {}
        self.greeted = False
        self.ender = threading.Lock()

    def read(self):
        """One line of standard input; None where it was no message, and that was told; raises EOFError at its end."""
        data = sys.stdin.buffer.readline(LONGEST_LINE + 1)
        if not data:
            raise EOFError
        if len(data) > LONGEST_LINE:
            while data and not data.endswith(b"\n"):
                data = sys.stdin.buffer.readline(LONGEST_LINE)
            return say(type="error", reason="oversize", detail="longer than 64 KiB")
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            return say(type="error", reason="malformed", detail="not JSON")
        if not isinstance(message, dict):
            return say(type="error", reason="malformed", detail="not a JSON object")
        known = message.get("type") in FIELDS or message.get("type") in ("hello", "ping")
        if not is_of(message.get("id"), str) or not re.fullmatch("[0-9]{1,19}", message["id"]):
            return say(type="error", reason="malformed" if known else "unsupported", detail="no id")
        if not known:
            return answer(message, "unsupported")
        return message

    def take(self, request):
        kind = request["type"]
        if kind == "hello":
            return self.hello(request)
        if not self.greeted:
            return answer(request, "refused", reason="no_hello")
        if kind == "ping":
            return answer(request, "acknowledged", dropped={})
        if field := wrong_field(request):
            return answer(request, "refused", reason="invalid", detail=field)
        if now() >= int(request["deadline"]):
            return answer(request, "unknown", reason="late")
        if kind == "shutdown":
            self.finish(farewell=lambda: answer(request, "acknowledged"))
        self.of_a_line(request)

    def hello(self, request):
        versions = request.get("versions")
        if self.greeted or not is_of(versions, list):
            return answer(request, "refused", reason="invalid", detail="versions" if not self.greeted else "a second hello")
        if 1 not in versions:
            answer(request, "refused", reason="version", versions=[1])
            self.leave(3)
        self.greeted = True
        answer(request, "acknowledged", version=1, name=self.manifest["name"], driver=self.manifest["version"])

    def of_a_line(self, request):
        kind, line = request["type"], self.lines.get(request["line"])
        if kind == "open_line":
            return self.open(request, line)
        if line is None:
            return answer(request, "refused", reason="no_such_line")
        if kind == "close_line":
            del self.lines[request["line"]]
        line.submit(request)

    def open(self, request, line):
        if line is not None:
            return answer(request, "refused", reason="already_open")
        try:
            self.lines[request["line"]] = line = self.make_line(request["line"], request["endpoint"])
        except (KeyError, TypeError, ValueError) as error:
            return answer(request, "refused", reason="endpoint", detail=str(error)[:200])
        threading.Thread(target=line.work, daemon=True).start()
        say(type="online", line=line.name, at=str(now()), reason="connected")
        answer(request, "acknowledged")

    def finish(self, code=0, farewell=lambda: None):
        """Ends the driver in the thread that comes first; whoever else wants it waits: there are doors to lock."""
        try:
            if self.ender.acquire(timeout=2):
                self.end()
                farewell()
        finally:
            self.leave(code)

    def end(self):
        _ending.set()
        lines = list(self.lines.values())
        for line in lines:
            line.withdraw(lambda one: True, "refused", "stopping")
        last_act(lines)
        log("driver_ended")

    def leave(self, code=0):
        os._exit(code)  # the other threads may be waiting for a device

    def fail(self, error):
        """The driver's own failure, in whichever thread: half a driver is none, and its successor begins anew."""
        log("".join(traceback.format_exception(error)))
        self.finish(4)

    def run(self):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: threading.Thread(target=self.finish, daemon=True).start())
        threading.excepthook = lambda failed: _ending.is_set() or self.fail(failed.exc_value)
        while True:
            try:
                if request := self.read():
                    self.take(request)
            except EOFError:
                self.finish()
            except Exception as error:
                self.fail(error)


def attaches():
    """Those on standard input, a line each."""
    try:
        asked = [json.loads(line) for line in sys.stdin]
        good = all(one["type"] == "attach" and not wrong_field(one) for one in asked)
    except (ValueError, TypeError, KeyError):
        good = False
    if not good:
        log("not an attach")
        sys.exit(4)  # and so not judged: never "no findings", nor a question that is not known
    return asked


def check_devices(make_line):
    """--check-devices: what is wrong with the devices of one line, "DEVICE FIELD: text"."""
    found = False
    for at, device in enumerate(attaches()):
        beside = [("", "this driver serves one device a line")] if at > 0 else []
        for field, text in (*beside, *make_line.findings(device)):
            print(f"{device['device']} {field}: {text}")
            found = True
    sys.exit(1 if found else 0)


def tell_capabilities(make_line):
    """--capabilities: the answers of `attach`, without a device."""
    for device in attaches():
        answer(device, "acknowledged", capabilities=make_line.capabilities, doors=[])


def run(manifest, make_line):
    """The whole program: arguments, greeting, requests, orderly end."""
    if sys.argv[1:] == ["--manifest"]:
        print(json.dumps(manifest))
    elif len(sys.argv) == 3 and sys.argv[1] == "--check-profile":
        print(f"{sys.argv[2]}:1: this driver has no profiles")
        sys.exit(1)
    elif len(sys.argv) == 3 and sys.argv[1] == "--check-devices":
        check_devices(make_line)
    elif len(sys.argv) == 3 and sys.argv[1] == "--capabilities" and make_line.capabilities:
        tell_capabilities(make_line)
    elif sys.argv[1:]:
        log(f"usage: {sys.argv[0]} [--manifest | --check-profile FILE | --check-devices FOLDER | --capabilities FOLDER]")
        sys.exit(2)
    else:
        Program(manifest, make_line).run()
