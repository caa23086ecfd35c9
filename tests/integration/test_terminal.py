"""What people see: the line to try, colours, a bar of progress, a steady rate."""

import os
import pty
import re
import subprocess
import time

from harness import BINARY, TIMEOUT, opened, run


def on_terminal(stream, *arguments):
    """What the program writes to its stdout or stderr where that is a terminal."""
    ours, theirs = pty.openpty()
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    with subprocess.Popen([BINARY, *arguments], stdin=subprocess.DEVNULL, **output) as process:
        os.close(theirs)
        text = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                # Linux says so when the last writer has gone.
                break
            text += piece
        assert process.wait(TIMEOUT) == 0
    os.close(ours)
    return text.decode()


def test_the_line_to_try_works(make_daemon, tmp_path):
    for listen in ("127.0.0.1:0", f"unix:{tmp_path}/socket"):
        daemon = make_daemon({"http": {"listen": [listen]}}, folder=listen[:4]).start()
        line = daemon.err.wait_for(r"try it: (curl .*)")[1]
        done = subprocess.run(["sh", "-c", line + " -sS -w '\\n%{http_code}'"],
                              stdout=subprocess.PIPE, text=True, check=True)
        assert done.stdout.endswith("\n200"), done.stdout
        assert '"status":"accepted"' in done.stdout
        # The log hides addresses and secrets: of this line nothing may be hidden.
        assert "***" not in line


def test_tail_has_colours_on_a_terminal_alone(daemon):
    daemon.post(opened(1))
    coloured = on_terminal("stdout", "tail", "-c", str(daemon.config))
    plain = run("tail", "-c", str(daemon.config)).stdout
    assert "\x1b[32mopened" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured).replace("\r\n", "\n") == plain


def test_send_shows_how_far_it_is_on_a_terminal_alone(daemon):
    arguments = ("send", "all", "--to", daemon.url(), "--count", "5")
    shown = on_terminal("stderr", *arguments)
    assert re.search(r"\r█{40} 60 of 60 ", shown), shown
    assert on_terminal("stderr", *arguments, "--quiet") == ""
    assert run(*arguments).stderr == ""


def test_send_keeps_its_rate(daemon):
    before = time.monotonic()
    done = run("send", "clicked", "--to", daemon.url(), "--count", "21", "--rate", "40")
    took = time.monotonic() - before
    assert done.returncode == 0, done.stderr
    # The last of 21 goes out after 20 / 40 s; how much later is up to the machine.
    assert took >= 0.5
    assert "21 events" in done.stdout
