"""What the benches share: which program is measured, on what machine, and where the table goes."""

import os
import pathlib
import platform
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/integration"))
sys.dont_write_bytecode = True
GIVEN = os.environ.get("VEROHOOK_BINARY")
BINARY = pathlib.Path(GIVEN or SOURCE / "build/release/src/app/verohook")
# The harness starts this one.
os.environ["VEROHOOK_BINARY"] = str(BINARY)


def say(text):
    print(text, file=sys.stderr, flush=True)


def build(preset, *targets):
    words = " ".join([preset, *targets])
    subprocess.run(["bash", "-euc", f"source scripts/common.sh; build {words}"], cwd=SOURCE,
                   check=True)


def build_program():
    if not GIVEN:
        build("release", "verohook")


def machine():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, "
            f"{memory:.0f} GiB, Linux {platform.release()}")


def write_document(name, mark, text):
    """Puts a table between its markers in a document."""
    document = SOURCE / "docs" / name
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    whole = document.read_text()
    assert whole.count(begin) == whole.count(end) == 1, f"{document} has lost its markers"
    head, rest = whole.split(begin)
    document.write_text(head + begin + "\n" + text.strip("\n") + "\n" + end + rest.split(end)[1])
    say(f"written into {document}")
