"""What the fields of a request are (docs/driver-protocol.md, sections 2 to 7). It stands beside gatehouse_driver.py."""
import re

OF_A_DEVICE = {"device": str}
FIELDS = {
    "open_line": {"endpoint": dict},
    "close_line": {},
    "attach": {"device": str, "doors": list},
    "detach": OF_A_DEVICE,
    "read_table": OF_A_DEVICE,
    "apply": {"device": str, "steps": list},
    "strike": {"device": str, "door": int, "pulse_ms": int},
    "set_door": {"device": str, "door": int, "mode": str},
    "shutdown": {},
}
KEYS = {"card_uid_hex": "[0-9a-f]{1,64}", "card_number": "[0-9]{1,20}", "pin": "[0-9]{1,16}"}


def is_of(value, kind):
    return isinstance(value, kind) and not isinstance(value, bool)


def wrong_step(step):
    if not is_of(step, dict) or step.get("op") not in ("put", "drop"):
        return True
    if not re.fullmatch(KEYS.get(step.get("key_kind"), "$."), str(step.get("key"))):
        return True
    doors = step.get("doors", [] if step["op"] == "put" else [0])
    if not is_of(doors, list) or not doors or not all(is_of(door, int) and 0 <= door <= 62 for door in doors):
        return True
    return not all(re.fullmatch("[0-9]{1,18}", str(step.get(name, "0"))) for name in ("from", "until"))


def wrong_field(request):
    """The name of the first field that is missing or not as the protocol has it."""
    if not re.fullmatch("[0-9]{1,19}", str(request.get("deadline"))) or not is_of(request["deadline"], str):
        return "deadline"
    fields = FIELDS[request["type"]]
    if request["type"] != "shutdown":
        fields = {"line": str, **fields}
    for name, kind in fields.items():
        if not is_of(request.get(name), kind):
            return name
    if not 1 <= request.get("pulse_ms", 1) <= 600_000:
        return "pulse_ms"
    if request.get("mode", "leave") not in ("locked", "unlocked", "leave"):
        return "mode"
    for door in request.get("doors", []):
        if not is_of(door, dict) or not is_of(door.get("door"), int) or door.get("mode") not in ("locked", "unlocked", "leave"):
            return "doors"
        if not is_of(door.get("pulse_ms", 1), int) or not 1 <= door.get("pulse_ms", 1) <= 600_000:
            return "doors"
    steps = request.get("steps")
    if steps is not None and (not 1 <= len(steps) <= 128 or any(map(wrong_step, steps))):
        return "steps"
    return None
