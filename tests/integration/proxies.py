"""The real nginx, HAProxy and Caddy, with config/ as it is shipped, but for ports and folders."""

import atexit
import contextlib
import functools
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from harness import PATH, SOURCE, TIMEOUT, Lines, end, free_port


@functools.cache
def certificate():
    """A folder with cert.pem, key.pem and both.pem for 127.0.0.1, which clients then believe."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="verohook-certificate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    (folder / "both.pem").write_text(
        (folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    for name in ("CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ[name] = str(folder / "cert.pem")
    return folder


class Proxy:
    """One of them before a daemon: over TLS, or, with another text than ours, plain."""

    CONFIG = ""  # The file of config/.
    STOP = signal.SIGTERM

    def __init__(self, folder, upstream, text=None, changes=()):
        self.folder = pathlib.Path(folder)
        self.upstream = upstream
        self.is_ours = text is None
        self.text = text or (SOURCE / "config" / self.CONFIG).read_text()
        self.changes = list(changes)  # Of a test that cannot wait for what is shipped.
        self.process = None

    def start(self):
        # A port may be taken between being chosen and being bound.
        for _ in range(5):
            self.port = free_port()
            self.plain_port = free_port() if self.is_ours else self.port
            (self.folder / self.CONFIG).write_text(self.configuration())
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True, cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder)})
            self.err = Lines(self.process.stderr)
            if self._serves():
                return self
        raise AssertionError(f"{self.CONFIG} does not start:\n{self.err.text()}")

    def _serves(self):
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.err.join()
                return False
            with contextlib.suppress(OSError), self.connect() as client:
                return self.process.poll() is None and client.fileno() >= 0
        return False

    def connect(self):
        """A connection to it, and, over TLS, with nobody else."""
        client = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
        if not self.is_ours:
            return client
        context = ssl.create_default_context(cafile=certificate() / "cert.pem")
        return context.wrap_socket(client, server_hostname="127.0.0.1")

    def replaced(self, *pairs):
        """The text with each pattern replaced, which ours must have."""
        text = self.text
        for pattern, replacement in [*pairs, *self.changes]:
            text, count = re.subn(pattern, replacement, text)
            assert count or not self.is_ours, f"config/{self.CONFIG} has no {pattern}"
        return text

    @property
    def origin(self):
        return f"{'https' if self.is_ours else 'http'}://127.0.0.1:{self.port}"

    def url(self, suffix=""):
        return f"{self.origin}{PATH}{suffix}"

    def stop(self):
        if self.process:
            end(self.process, self.err, self.STOP)

    def said(self):
        """All that it has written anywhere."""
        return self.err.text() + "".join(path.read_text() for path in self.folder.glob("*.log"))


class Nginx(Proxy):
    CONFIG = "nginx.conf"
    STOP = signal.SIGQUIT

    def command(self):
        return ["nginx", "-p", str(self.folder), "-c", str(self.folder / self.CONFIG), "-e",
                "stderr", "-g", "daemon off;"]

    def configuration(self):
        text = self.replaced(
            (r"listen 80 default_server;", f"listen 127.0.0.1:{self.plain_port} default_server;"),
            (r"listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            (r"listen \[::\]:\d+ .*default_server;", ""),
            (r"/etc/ssl/certs/verohook\.pem", str(certificate() / "cert.pem")),
            (r"/etc/ssl/private/verohook\.key", str(certificate() / "key.pem")),
            (r"server unix:/run/verohook/verohook\.sock;", f"server {self.upstream};"),
            (r"/var/log/nginx", str(self.folder)),
            (r"/run/nginx\.pid", str(self.folder / "nginx.pid")),
            *self.workers())
        temporary = "".join(
            f"    {name}_temp_path {self.folder / name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return text.replace("http {\n", "http {\n" + temporary, 1)

    def workers(self):
        return ((r"user www-data;", "user root;" if os.getuid() == 0 else ""),
                (r"worker_processes auto;", "worker_processes 1;"))

    def access_log(self):
        return (self.folder / "verohook.log").read_text()


class NginxWithItsUser(Nginx):
    """With workers that are www-data, as shipped; on this machine, where that user is in a group of
    its own choice, as `adduser www-data GROUP` makes it."""

    GROUP = "verohook-of-a-test", 10001

    def workers(self):
        assert os.getuid() == 0, "this test needs root: nginx's workers become another user"
        return ()

    def command(self):
        name, number = self.GROUP
        groups = self.folder / "group"
        groups.write_text(pathlib.Path("/etc/group").read_text() + f"{name}:x:{number}:www-data\n")
        return ["unshare", "--mount", "sh", "-c", f'mount --bind {groups} /etc/group && exec "$@"',
                "sh", *super().command()]


class HaProxy(Proxy):
    CONFIG = "haproxy.cfg"
    UPSTREAM = r"unix@/run/verohook/verohook\.sock"

    def command(self):
        # -db: in the foreground.
        return ["/usr/sbin/haproxy", "-db", "-f", str(self.folder / self.CONFIG)]

    def configuration(self):
        return self.replaced(
            # What it logs goes to standard error.
            (r"log /dev/log local0", "log stderr format raw local0"),
            (r"user haproxy\n", "\n"),
            (r"group haproxy\n", "\n"),
            (r"bind :443", f"bind 127.0.0.1:{self.port}"),
            (r"/etc/haproxy/verohook\.pem", str(certificate() / "both.pem")),
            (self.UPSTREAM, self.upstream.replace("unix:", "unix@")))


class HaProxyOfConnections(HaProxy):
    CONFIG = "haproxy-tcp.cfg"
    UPSTREAM = r"127\.0\.0\.1:8080(?= send)"


class Caddy(Proxy):
    CONFIG = "Caddyfile"

    def command(self):
        return ["caddy", "run", "--config", str(self.folder / self.CONFIG), "--adapter",
                "caddyfile"]

    def configuration(self):
        keys = certificate()
        return self.replaced(
            # Nothing that is bound beside: no port for commands, none for redirects.
            (r"(?m)^\{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n"),
            (r"\nwebhooks\.example\.com \{\n",
             f"\nhttps://127.0.0.1:{self.port} {{\n"
             f"\ttls {keys / 'cert.pem'} {keys / 'key.pem'}\n"),
            (r"unix//run/verohook/verohook\.sock", self.upstream.replace("unix:", "unix/")))
