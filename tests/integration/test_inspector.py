"""The inspector in a real browser; node/inspector.mjs tells what is done there."""

import os
import shutil
import subprocess

import pytest

from harness import PATH, PAYLOADS, TIMEOUT, Lines
from node_support import node_folder

TOKEN = "admin-token-of-the-test"
SECRET = "webhook-secret-of-the-test"


@pytest.fixture(scope="module")
def folder():
    made = node_folder("inspector.mjs", "browser.mjs")
    (made / "screenshots").mkdir(exist_ok=True)
    return made


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """One chromium, in which each test has a context of its own. It finds this machine alone."""
    hosts = "MAP rebound.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    process = subprocess.Popen(
        [shutil.which("chromium"), "--headless", "--remote-debugging-port=0",
         f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
         f"--host-resolver-rules={hosts}", "--no-first-run", "--disable-gpu",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--disable-extensions", "--hide-scrollbars",
         # Its sandbox is refused to root, who runs tests in containers.
         *(["--no-sandbox"] if os.geteuid() == 0 else []), "about:blank"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    lines = Lines(process.stderr)
    yield lines.wait_for(r"DevTools listening on (ws://\S+)")[1]
    process.terminate()
    process.wait(TIMEOUT)
    lines.join()


@pytest.fixture
def play(folder, browser):
    """Plays a scenario before a daemon; restarts it where the scenario asks for that."""
    def play(name, daemon):
        process = subprocess.Popen(
            ["node", "inspector.mjs", name], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "ADMIN": f"http://{daemon.admin}", "BROWSER": browser,
                 "WEBHOOK": f"http://{daemon.address}{PATH}", "PAYLOADS": str(PAYLOADS),
                 "SCREENSHOTS": str(folder / "screenshots"), "TIMEOUT": str(TIMEOUT / 2),
                 "SECRET": SECRET, "TOKEN": TOKEN})
        lines = Lines(process.stdout)
        try:
            orders = {"kill": daemon.kill, "start": daemon.start} if name == "reconnect" else {}
            for order, obey in orders.items():
                lines.wait_for(f"^{order}$")
                obey()
                process.stdin.write("done\n")
                process.stdin.flush()
            status = process.wait(TIMEOUT * 2)
        finally:
            process.kill()
            process.wait(TIMEOUT)
            process.stdin.close()
        assert status == 0, "\n".join(lines.join())

    return play


@pytest.mark.parametrize("scenario", [
    "first_run", "events", "detail", "malformed", "hostile", "flood", "overview", "rebinding"])
def test_the_page(daemon, play, scenario):
    play(scenario, daemon)


def test_a_token_is_asked_for(make_daemon, play):
    daemon = make_daemon({"admin": {"tokens": [TOKEN]}, "auth": {"secrets": [SECRET]}})
    play("login", daemon.start())


def test_it_comes_back_with_the_daemon(make_daemon, play):
    daemon = make_daemon().start()
    # The browser asks at the same address again.
    daemon.configure({"http": {"listen": [daemon.address]}, "admin": {"listen": [daemon.admin]}})
    play("reconnect", daemon)
