"""Fixtures: a daemon, an nginx before it; ended after the test whatever became of it."""

import pytest

from harness import Daemon, Nginx


@pytest.fixture
def make_daemon(tmp_path):
    """Makes daemons (not started) that end with the test."""
    made = []

    def make(tables=None, folder="daemon", **options):
        daemon = Daemon(tmp_path / folder, tables, **options)
        made.append(daemon)
        return daemon

    yield make
    for daemon in made:
        daemon.close()


@pytest.fixture
def daemon(make_daemon):
    """A running daemon without secrets."""
    return make_daemon().start()


@pytest.fixture
def make_nginx(tmp_path):
    """Makes an nginx, with config/nginx.conf, that passes on to a daemon; ends with the test."""
    made = []

    def make(daemon, text=None):
        folder = tmp_path / f"nginx{len(made)}"
        folder.mkdir()
        made.append(Nginx(folder, daemon.address, text))
        return made[-1].start()

    yield make
    for nginx in made:
        nginx.stop()
