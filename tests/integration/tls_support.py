"""An authority of the tests' own, its certificates, and an nginx that shows them."""

import contextlib
import os
import socket
import subprocess
import time

from harness import TIMEOUT, Lines, end, free_port

OPENSSL = """
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
"""
NGINX = """
%(user)s
worker_processes 1;
pid %(folder)s/nginx.pid;
events {}
http {
    access_log off;
%(temporary)s
    server {
        listen 127.0.0.1:%(port)d%(tls)s;
%(server)s
    }
}
"""
# As config/nginx.conf has it, where that matters here.
PASS_ON = """
        location ^~ /webhooks/vero {
            proxy_pass http://%(upstream)s;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_next_upstream off;
            proxy_read_timeout 1s;
            %(more)s
        }
"""


class Authority:
    """Vouches for certificates, also for those that have ended."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        (folder / "openssl.cnf").write_text(OPENSSL)
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("01\n")
        self.certificate = folder / "ca.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj",
                      "/CN=Test authority", "-config", "openssl.cnf",
                      "-extensions", "authority", "-days", "30")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, timeout=TIMEOUT,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def make(self, name, host="localhost", ends="20360101000000Z"):
        """(certificate, key) for a host."""
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={host}",
                      "-addext", f"subjectAltName=DNS:{host}", "-config", "openssl.cnf")
        self._openssl("ca", "-batch", "-config", "openssl.cnf", "-cert", "ca.pem", "-keyfile",
                      "ca.key", "-in", f"{name}.csr", "-out", f"{name}.pem", "-notext",
                      "-startdate", "20200101000000Z", "-enddate", ends)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"


class OwnNginx:
    """The real nginx with one server of the test's own, with a certificate or without."""

    def __init__(self, folder, server, certificate=None):
        self.folder = folder
        self.server = server
        self.certificate = certificate
        self.process = None
        folder.mkdir()

    def start(self):
        # A port may be taken between being chosen and being bound.
        for _ in range(5):
            self.port = free_port()
            self._write()
            self.process = subprocess.Popen(
                ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"),
                 "-e", "stderr", "-g", "daemon off;"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True)
            self.err = Lines(self.process.stderr)
            if self._listens():
                return self
        raise AssertionError(f"nginx does not start:\n{self.err.text()}")

    def _listens(self):
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return True
        return False

    def _write(self):
        server = self.server
        if self.certificate:
            server += "".join(f"        {key} {path};\n" for key, path in zip(
                ("ssl_certificate", "ssl_certificate_key"), self.certificate))
        (self.folder / "nginx.conf").write_text(NGINX % {
            "user": "user root;" if os.getuid() == 0 else "", "folder": self.folder,
            "port": self.port, "tls": " ssl" if self.certificate else "", "server": server,
            "temporary": "".join(
                f"    {name}_temp_path {self.folder / name};\n"
                for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))})

    def stop(self):
        if self.process:
            end(self.process, self.err)
