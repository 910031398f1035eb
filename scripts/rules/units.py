"""The systemd unit can be loaded, and is as closed as we promise, with each of its example drop-ins."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .tree import Finding

THRESHOLD = 15  # tenths: exposure 1.5
FOLDER = "systemd/"


def check_units(tree):
    found = []
    for path in tree.files((".service",), (FOLDER,)):
        variants = [[]] + [[drop_in] for drop_in in tree.files((".conf",), (FOLDER + "examples/",))]
        for drop_ins in variants + [[d for v in variants for d in v]]:
            found += [Finding(path, 1, f"with {', '.join(drop_ins) or 'no drop-in'}: {text}") for text in _judge(tree, path, drop_ins)]
    for path in tree.files((".sysusers",), (FOLDER,)):
        found += _run(path, ["systemd-sysusers", "--dry-run", str(tree.root / path)])
    return found


def _judge(tree, path, drop_ins):
    """Loads a copy whose programs exist: what the unit names may not be built or installed here."""
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder) / os.path.basename(path)
        unit.write_text(re.sub(r"^(Exec(?:Start|Reload)=)(\S+)", lambda m: m[1] + _program(tree, m[2]), tree.text(path), flags=re.MULTILINE))
        extra = Path(f"{unit}.d")
        extra.mkdir()
        for drop_in in drop_ins:
            shutil.copy(tree.root / drop_in, extra)
        said = [f.text for f in _run(path, ["systemd-analyze", "verify", "--man=no", str(unit)])]
        said += [f.text for f in _run(path, ["systemd-analyze", "security", "--offline=true", f"--threshold={THRESHOLD}", "--no-pager", str(unit)])]
        return said


def _program(tree, named):
    built = sorted(tree.root.glob(f"build/*/*/{os.path.basename(named)}"))
    return str(built[0]) if built else "/bin/true"


def _run(path, command):
    run = subprocess.run(command, capture_output=True, text=True)
    # `verify` may warn and still succeed; `security` fails when the exposure is above the threshold
    warned = [line for line in run.stderr.splitlines() if line.strip()] if "verify" in command else []
    if run.returncode == 0 and not warned:
        return []
    last = (warned or run.stdout.strip().splitlines()[-1:] or run.stderr.strip().splitlines()[-1:] or ["failed"])[0]
    return [Finding(path, 1, f"{' '.join(command[:2])}: {last}")]
