"""Targets that are away, slow, or die: nothing gets lost, and nobody else notices.

Every sink whose target can fail stands beside one that writes to standard output. What only one
sink can show is in a file of its own: a server that is killed under load, one event in a hundred
that is refused, a daemon that is killed (test_http_sink.py, test_nats_sink.py and so on).
"""

import contextlib
import pathlib
import re
import time

import pytest

import fault_targets
from harness import opened, request
from load import wait_until

KINDS = {"http": fault_targets.Http, "nats": fault_targets.Nats, "kafka": fault_targets.Kafka,
         "postgres": fault_targets.Postgres, "sqlite": fault_targets.Sqlite,
         "file": fault_targets.File}
SCHED_BATCH = 3
# Those that answer somebody; `verohook` is the main thread.
PROMPT = ["io", "verohook", "watchdog"]


@pytest.fixture
def make_targets(tmp_path):
    """Gives {kind: its target} for some kinds, or all of them."""
    with contextlib.ExitStack() as stack:
        def make(*kinds):
            made = {}
            for kind in kinds or KINDS:
                made[kind] = KINDS[kind](tmp_path)
                stack.callback(made[kind].close)
            return made

        yield make


def sinks(targets, **options):
    more = {"batch_max": 10, "retry_min": "10ms", "retry_max": "300ms", **options}
    return {"sinks": {"out": {"kind": "stdout"},
                      **{kind: {**target.sink(), **more} for kind, target in targets.items()}}}


def post(daemon, numbers):
    with daemon.client() as client:
        for number in numbers:
            assert client.send(request(opened(number))).read().status == 200


def statuses(daemon):
    return {sink["name"]: sink for sink in daemon.health().json["sinks"] if sink["name"] != "out"}


def wait_all(daemon, predicate, what):
    wait_until(lambda: all(map(predicate, statuses(daemon).values())), what)


def threads(pid):
    """The name, scheduling policy and CPU seconds of each thread, by proc(5)."""
    for folder in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # It has just ended.
            text = (folder / "stat").read_text()
            spent = int((folder / "schedstat").read_text().split()[0]) / 1e9
            name, fields = text[text.index("(") + 1:].rsplit(")", 1)
            yield name, int(fields.split()[41 - 3]), spent


def test_targets_that_are_away_at_the_start_and_again_later(make_daemon, make_targets):
    targets = make_targets()
    daemon = None
    posted = 0
    for _ in range(2):
        for target in targets.values():
            target.go(daemon)
        daemon = daemon or make_daemon(sinks(targets)).start()
        post(daemon, range(posted, posted + 20))
        # Neither Vero nor the other sink waits for any of them.
        daemon.out.wait_count(posted + 20)
        wait_all(daemon, lambda sink: sink["state"] == "retrying" and sink["retries"] >= 2,
                 "every sink to notice")
        for name, status in statuses(daemon).items():
            assert re.search(targets[name].down, status["last_error"]), status
            assert status["position"] == posted and status["dead"] == 0
        posted += 20
        for target in targets.values():
            target.come(daemon)
        wait_all(daemon, lambda sink: sink["position"] == posted, "every sink to catch up")
    assert {name: target.seqs() for name, target in targets.items()} == {
        name: list(range(1, posted + 1)) for name in targets}
    daemon.stop()


def test_targets_that_take_a_second_for_each_batch(make_daemon, make_targets):
    targets = make_targets()
    targets["kafka"].timeout = "20s"
    daemon = make_daemon(sinks(targets), prefix=fault_targets.slow_disk(
        targets["sqlite"], targets["file"])).start()
    # The disk is slow from the beginning; the others have to be there before they can be.
    post(daemon, [1])
    wait_all(daemon, lambda sink: sink["position"] == 1, "the first event")
    before = {name: status["retries"] for name, status in statuses(daemon).items()}
    for target in targets.values():
        getattr(target, "slow", lambda: None)()
    post(daemon, range(2, 22))
    daemon.out.wait_count(21)
    # So neither Vero nor the other sink has waited for any of them.
    assert all(status["position"] < 21 for status in statuses(daemon).values())
    wait_all(daemon, lambda sink: sink["position"] == 21, "every sink to catch up")
    # Slow is not down.
    assert {name: status["retries"] for name, status in statuses(daemon).items()} == before
    assert {name: target.seqs() for name, target in targets.items()} == {
        name: list(range(1, 22)) for name in targets}
    daemon.kill()


def test_sinks_that_wait_for_their_targets_cost_next_to_nothing(make_daemon, make_targets):
    targets = make_targets()
    targets["http"].scheme = "https"  # Whom to trust is read only where somebody is there.
    for target in targets.values():
        target.go(None)
    daemon = make_daemon(sinks(targets, batch_max=500)).start()
    names = tuple(f"sink:{name}" for name in targets) + ("rdk:",)

    def spent():
        return sum(seconds for name, _, seconds in threads(daemon.pid) if name.startswith(names))

    def wait_for_more(count):
        wanted = {name: status["retries"] + count for name, status in statuses(daemon).items()}
        wait_all(daemon, lambda sink: sink["retries"] >= wanted[sink["name"]], "more attempts")

    post(daemon, range(100))
    wait_all(daemon, lambda sink: sink["retries"] > 0, "every sink to notice")
    begin, spent_before = time.monotonic(), spent()
    # New events wake nobody who waits for a target.
    post(daemon, range(100, 500))
    wait_for_more(2)
    share = (spent() - spent_before) / (time.monotonic() - begin)
    # A loop without a pause would take all of a core.
    assert share < 0.05, f"all six take {share:.3f} of a core, and each is retrying"
    assert all(status["state"] == "retrying" for status in statuses(daemon).values())
    daemon.kill()


def test_a_server_that_answers_or_does_not_and_dies(make_daemon, make_targets):
    """Every third batch of the nats sink is the last one of its connection."""
    targets = make_targets("nats")
    relay = targets["nats"].relay
    relay.before = lambda _, number: {0: "answered", 3: "unanswered"}.get(number % 6)
    daemon = make_daemon(sinks(targets)).start()
    post(daemon, range(200))
    wait_all(daemon, lambda sink: sink["position"] == 200, "the last event")
    assert relay.number > 6 and statuses(daemon)["nats"]["retries"] > 1
    assert targets["nats"].seqs() == list(range(1, 201))
    daemon.stop()


def test_what_works_for_a_sink_works_in_the_background(make_daemon, make_targets):
    targets = make_targets("nats", "kafka", "sqlite")
    daemon = make_daemon(sinks(targets)).start()
    post(daemon, [1])
    wait_all(daemon, lambda sink: sink["position"] == 1, "the event")
    found = list(threads(daemon.pid))
    names = [name for name, _, _ in found]
    assert {"sink:out", "sink:nats", "sink:kafka", "journal"} <= set(names)
    assert names.count("sink:nats") > 1, "its library has threads of its own"
    assert any(name.startswith("rdk:") for name in names)
    prompt = [name for name, policy, _ in found if policy != SCHED_BATCH]
    assert set(prompt) <= set(PROMPT) and prompt.count("verohook") == 1, found
