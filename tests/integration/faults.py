"""Calls of the system that fail while a test wants it (tests/support/failing_calls.cpp)."""

import os

from harness import SOURCE

LIBRARY = os.environ.get("VEROHOOK_FAILING_CALLS",
                         str(SOURCE / "build/test/tests/integration/libfailing_calls.so"))


class Faults:
    """For one daemon: what it is started with, and what fails from now on."""

    def __init__(self, folder):
        self._folder = folder
        self._folder.mkdir()
        self.environment = {
            "LD_PRELOAD": LIBRARY, "VEROHOOK_FAULTS": str(folder),
            # Whose runtime wants to be the first of all libraries otherwise.
            "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def fail(self, call, number):
        """Whole at once, however the daemon looks at it."""
        written = self._folder / "next"
        written.write_text(str(int(number)))
        written.rename(self._folder / call)

    def mend(self):
        for file in self._folder.iterdir():
            file.unlink()
