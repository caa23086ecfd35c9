"""What the access log costs a request, counted in instructions."""

import re
import subprocess

import pytest

from harness import opened, request

REQUESTS = 200


@pytest.mark.parametrize("access, least, most", [("off", 1, 100), ("full", 1000, 50_000)])
def test_the_access_log_costs_nothing_while_it_is_off(make_daemon, tmp_path, access, least, most):
    """Off, it is one question; on, callgrind is seen to count what a line costs."""
    counts = tmp_path / "counts"
    daemon = make_daemon(
        {"sinks": {}, "log": {"access": access}},
        prefix=["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={counts}",
                "--toggle-collect=*AccessLog::answered*"]).start()
    with daemon.client() as client:
        for number in range(REQUESTS):
            assert client.send(request(opened(number))).read().status == 200
    daemon.stop()
    done = subprocess.run(["callgrind_annotate", counts], stdout=subprocess.PIPE, text=True,
                          check=True)
    total = int(re.search(r"([\d,]+).* PROGRAM TOTALS", done.stdout)[1].replace(",", ""))
    assert least <= total / REQUESTS <= most
