"""What the tests of `verohook doctor` look at: a daemon behind an nginx with TLS."""

import contextlib
import json
import socket
import threading

from harness import PATH, TIMEOUT, run
from tls_support import PASS_ON, OwnNginx

SECRET = "doctor-secret-0123456789"
ROTATED = "doctor-rotated-0123456789"


class Site:
    """A daemon behind an nginx with TLS, and whatever a test puts in their places."""

    def __init__(self, folder, make_daemon, authority):
        self.folder = folder
        self.make_daemon = make_daemon
        self.authority = authority
        self.closing = contextlib.ExitStack()
        self.arguments = ["--ca", str(authority.certificate), "--timeout", "5"]

    def start_daemon(self, tables=None, **options):
        tables = {"auth": {}, **(tables or {})}
        tables["auth"] = {"secrets": [SECRET, ROTATED], "trusted_proxies": ["127.0.0.1"],
                          **tables["auth"]}
        self.daemon = self.make_daemon(tables, **options)
        self.daemon.config.chmod(0o600)
        self.daemon.start()
        return self.daemon

    def start_nginx(self, server=None, upstream=None, more="", certificate="good"):
        server = server or PASS_ON % {"upstream": upstream or self.daemon.address, "more": more}
        pair = getattr(self.authority, certificate) if certificate else None
        self.nginx = OwnNginx(self.folder / "nginx", server, pair).start()
        self.closing.callback(self.nginx.stop)
        self.url = self.url_of(self.nginx.port, "https" if certificate else "http")
        return self.nginx

    def url_of(self, port, scheme="https", path=PATH):
        return f"{scheme}://localhost:{port}{path}"

    def serve_once(self, answer, reads=True):
        """A port whose first visitor gets these bytes, and then the end."""
        listener = self.closing.enter_context(socket.create_server(("127.0.0.1", 0)))

        def serve():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    if reads:
                        connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.closing.callback(thread.join, TIMEOUT)
        return listener.getsockname()[1]

    def examine(self, *arguments):
        """{check: (verdict, sentence, advice)} and the exit status; no secret is in any word."""
        done = run("doctor", "-c", str(self.daemon.config), "--json", *arguments)
        for secret in (SECRET, ROTATED, "wrong-secret"):
            assert secret not in done.stdout + done.stderr
        found = json.loads(done.stdout)
        assert found["schema"] == "verohook.doctor.v1"
        checks = found["checks"]
        assert found["ok"] == (done.returncode == 0)
        assert all(bool(each["advice"]) == (each["verdict"] != "ok") for each in checks), checks
        return {each["check"]: (each["verdict"], each["sentence"], each["advice"])
                for each in checks}, done.returncode

    def walk(self, *arguments):
        return self.examine("--url", self.url, *self.arguments, *arguments)


def failures(found):
    return [check for check, (verdict, _, _) in found.items() if verdict == "failed"]


def warnings(found):
    return [check for check, (verdict, _, _) in found.items() if verdict == "warning"]
