"""The real Prometheus, scraping a daemon, and what can be asked of it."""

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import TIMEOUT, Lines, free_port

CONFIGURATION = """
global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
scrape_configs:
  - job_name: verohook
    {authorization}
    static_configs: [{{targets: ["{target}"]}}]
"""


class Prometheus:
    """Ends with the `with` block."""

    def __init__(self, folder, target, token=None):
        self.folder = folder
        self.target = target
        self.authorization = f'authorization: {{credentials: "{token}"}}' if token else ""

    def __enter__(self):
        (self.folder / "prometheus.yml").write_text(
            CONFIGURATION.format(target=self.target, authorization=self.authorization))
        # A port may be taken between being chosen and being bound.
        for _ in range(5):
            self.address = f"127.0.0.1:{free_port()}"
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={self.folder}/prometheus.yml",
                 f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address={self.address}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True)
            self.err = Lines(self.process.stderr)
            if self._serves():
                return self
        raise AssertionError(f"Prometheus does not start:\n{self.err.text()}")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.err.join()

    def _serves(self):
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), \
                    urllib.request.urlopen(f"http://{self.address}/-/ready") as answer:
                return answer.status == 200
        return False

    def _get(self, path, **parameters):
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from None

    def query(self, expression):
        """The samples of an expression, now."""
        data = self._get("query", query=expression)
        return data["result"] if data["resultType"] == "vector" else [data["result"]]

    def wait(self, expression, predicate=bool):
        """Asks until the samples are as they should be."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            found = self.query(expression)
            if predicate(found):
                return found
            assert time.monotonic() < deadline, (expression, found, self._get("targets"))

    def names(self):
        """Every name of a metric that it has."""
        return set(self._get("label/__name__/values"))
