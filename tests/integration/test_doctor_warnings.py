"""Of what is no failure yet, `verohook doctor` warns, says why, and ends with 0. Its warnings of
clocks and permissions are tested with these."""

import json
import os
import re
import socket
import subprocess
import threading
import time

import pytest

from control_support import http_sink, wait_status
from doctor_site import SECRET, failures, warnings
from harness import PATH, TIMEOUT, opened
from http_target import HttpTarget

TARGET = f"{PATH}/{SECRET}"


def no_secret(site, receiver):
    site.start_daemon({"auth": {"secrets": []}})
    return site.examine()


def everybody_may_send(site, receiver):
    site.start_daemon({"auth": {"secrets": [], "required": False}})
    return site.examine()


def silence(site, receiver):
    daemon = site.start_daemon({"admin": {"webhook_silence": "1ms"}})
    daemon.err.wait_for("webhook_silence: nothing has come")
    return site.examine()


def dead_letters(site, receiver):
    receiver.decide = lambda event: 400
    daemon = site.start_daemon({"sinks": {"crm": http_sink(receiver)}})
    daemon.post(opened(1), TARGET)
    wait_status(daemon, "crm", lambda sink: sink["dead_letters"] == 1)
    return site.examine()


def missed_events(site, receiver):
    crm = {"crm": http_sink(receiver)}
    # The sink is gone while retention removes what it has not got.
    daemon = site.start_daemon({"sinks": crm})
    daemon.post(opened(1), TARGET)
    daemon.stop()
    small = {"journal": {"retention_size": "1MiB"}}
    daemon = site.start_daemon({"sinks": {}, **small})
    for number in range(12):
        body = opened(number)[:-1] + b',"filler":"' + b"x" * 200_000 + b'"}'
        assert daemon.post(body, TARGET).status == 200
    daemon.stop()
    daemon = site.start_daemon({"sinks": crm, **small})
    wait_status(daemon, "crm", lambda sink: sink["position"] == 13)
    return site.examine()


def another_configuration(site, receiver):
    daemon = site.start_daemon()
    daemon.configure({"auth": {"secrets": [SECRET]},
                      "sinks": {"stdout": {"kind": "stdout"}, "crm": http_sink(receiver)}})
    return site.examine()


def no_sinks(site, receiver):
    site.start_daemon({"sinks": {}})
    return site.examine()


def slow_sink(site, receiver):
    release = threading.Event()
    target = HttpTarget(lambda *_: release.wait(TIMEOUT) and 204).start()
    site.closing.callback(target.close)
    site.closing.callback(release.set)
    daemon = site.start_daemon({"sinks": {"crm": http_sink(target)}})
    site.start_nginx()
    daemon.post(opened(1), TARGET)
    target.wait_asked()
    site.arguments[-1] = "1"
    return site.walk()


def certificate_that_ends(site, receiver):
    in_a_week = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 7 * 86400))
    site.authority.soon = site.authority.make("soon", ends=in_a_week)
    site.start_daemon()
    site.start_nginx(certificate="soon")
    return site.walk()


def another_path(site, receiver):
    site.start_daemon()
    location = "        location /hooks {\n            proxy_pass http://%s%s;\n        }\n"
    site.start_nginx(location % (site.daemon.address, TARGET))
    site.url = site.url_of(site.nginx.port, path="/hooks")
    return site.walk()


def not_encrypted(site, receiver):
    site.start_daemon()
    # No name service is asked for a label of more than 63 characters.
    site.url = f"http://{'a' * 64}.example{PATH}"
    return site.walk()


# {name: (what is prepared and examined, the check that warns, its words, the checks that fail)}
WARNINGS = {
    "no secret": (no_secret, "secrets", "auth.secrets has none", []),
    "everybody may send": (everybody_may_send, "secrets", "everybody can send events", []),
    "silence": (silence, "silence", "no webhook has come since", []),
    "dead letters": (dead_letters, "sink crm", "1 events were rejected", []),
    "missed events": (missed_events, "sink crm", r"\d+ events were gone from the journal", []),
    "the daemon has another configuration": (
        another_configuration, "sink crm", "the daemon does not know it", []),
    "no sinks": (no_sinks, "sinks", "there are none", []),
    "a sink is slow": (slow_sink, "delivery crm", "2 places left to deliver, and is deliver", []),
    "the certificate ends soon": (certificate_that_ends, "tls", r"ends at 2\d{3}-", []),
    "another path": (another_path, "url", "its path is not http.path, /webhooks/vero", []),
    "no encryption": (not_encrypted, "url", "is not encrypted", ["name"]),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_it_warns(site, receiver, name):
    prepare, check, words, failed = WARNINGS[name]
    found, status = prepare(site, receiver)
    assert (warnings(found), failures(found)) == ([check], failed), found
    assert status == (1 if failed else 0)
    assert re.search(words, found[check][1]), found[check]


def test_a_user_who_may_not_see_who_listens_is_told_so(open_folder):
    assert os.getuid() == 0, "this test needs root: it becomes a user who may not see its sockets"
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = "127.0.0.1:%d" % other.getsockname()[1]
        configuration = open_folder / "verohook.toml"
        configuration.write_text(f'state_dir = "{open_folder}/state"\n[http]\n'
                                 f'listen = ["{address}"]\n[sinks.stdout]\nkind = "stdout"\n')
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
             open_folder / "verohook", "doctor", "--json", "-c", configuration],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    checks = {check["check"]: check for check in json.loads(done.stdout)["checks"]}
    found = checks[f"port {address}"]
    assert found["verdict"] == "warning" and "whom this user cannot see" in found["sentence"]
    assert "as root" in found["advice"]
