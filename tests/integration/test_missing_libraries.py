"""A build without the libraries of some sinks leaves those out, and knows what is missing."""

import os
import re
import subprocess

import pytest

from harness import SOURCE

SINKS = {"postgres": ("libpq.pc", "libpq-dev"), "nats": ("libnats.pc", "libnats-dev"),
         "kafka": ("rdkafka.pc", "librdkafka-dev")}
LIBRARIES = {"postgres": "libpq", "nats": "libnats", "kafka": "librdkafka"}


def configure(folder, without):
    """Configures a build that does not find one of pkg-config's files."""
    found = subprocess.run(["pkg-config", "--variable", "pc_path", "pkg-config"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    packages = folder / "pkgconfig"
    packages.mkdir()
    for directory in filter(os.path.isdir, found.split(":")):
        for name in os.listdir(directory):
            if name != without and not (packages / name).exists():
                (packages / name).symlink_to(os.path.join(directory, name))
    done = subprocess.run(
        ["cmake", "-G", "Ninja", "-S", SOURCE, "-B", folder / "build", "-DVEROHOOK_TESTS=OFF"],
        env={**os.environ, "PKG_CONFIG_LIBDIR": str(packages)}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return folder / "build"


def commands(build):
    """All that the program would be built with."""
    return subprocess.run(["ninja", "-C", build, "-t", "commands", "verohook"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.parametrize("sink", SINKS)
def test_a_sink_without_its_library_is_left_out(tmp_path, sink):
    file, package = SINKS[sink]
    build = configure(tmp_path, file)
    table = (build / "src/sinks/table.cpp").read_text()
    assert re.search(rf'{{"{sink}", "{package}"}}', table)
    assert f"{sink}_kind" not in table
    others = set(SINKS) - {sink} | {"stdout", "file", "log"}
    assert all(f"&{other}_kind()" in table for other in others)
    # Nothing that is compiled or linked wants the library.
    wanted = commands(build)
    for other, library in LIBRARIES.items():
        is_there = other != sink
        source = rf"verohook_sinks\.dir/{other}\w*\.cpp\.o\b"
        assert bool(re.search(source, wanted)) == is_there, other
        assert bool(re.search(rf"/{library}\.so\b", wanted)) == is_there, other
