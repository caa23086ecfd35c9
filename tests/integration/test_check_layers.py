"""scripts/check-layers refuses what it is there to refuse, and nothing else."""

import subprocess

import pytest

from harness import SOURCE

CHECK = SOURCE / "scripts/check-layers"

# (name, path, text, what the finding says; None: there is none)
ROWS = [
    ("upwards", "src/event/a.cpp", '#include "http/server.hpp"\n', "event must not include http"),
    ("sideways", "src/http/a.cpp", "#include <verohook/event/event.hpp>\n",
     "http must not include event"),
    ("sinks to the journal", "src/sinks/a.cpp", '#include "journal/journal.hpp"\n',
     "sinks must not include journal"),
    ("to app", "src/admin/a.cpp", '#include "app/settings.hpp"\n', "admin must not include app"),
    ("in a public header", "include/verohook/event/a.hpp", '#include "http/server.hpp"\n',
     "event must not include http"),
    ("no such module", "src/http/a.cpp", '#include "nowhere/a.hpp"\n', "in no module"),
    ("no such folder", "src/nowhere/a.cpp", '#include "base/text.hpp"\n', "in no layer"),
    ("without folder", "src/http/a.cpp", '#include "server.hpp"\n', "with its folder"),
    ("Beast outside", "src/ingest/a.cpp", "#include <boost/beast/http.hpp>\n", "stays inside"),
    ("Asio outside", "src/app/a.cpp", "#  include <boost/asio.hpp>\n", "stays inside"),
    ("SQLite outside", "src/delivery/a.cpp", "#include <sqlite3.h>\n", "stays inside"),
    ("Boost.JSON outside", "src/config/a.cpp", "#include <boost/json.hpp>\n", "stays inside"),
    ("toml outside", "src/app/a.cpp", "#include <toml++/toml.h>\n", "stays inside"),
    ("spdlog outside", "src/base/a.cpp", "#include <spdlog/spdlog.h>\n", "stays inside"),
    ("library in a public header", "include/verohook/sink/a.hpp", "#include <fmt/core.h>\n",
     "public header"),
    ("system in a public header", "include/verohook/base/a.hpp", "#include <unistd.h>\n",
     "public header"),
    ("brace in co_await", "src/http/a.cpp", "auto a = co_await f({1, 2});\n", "a brace"),
    ("aggregate in co_await", "src/http/a.cpp", "co_await f(\n    Thing{1},\n    2);\n", "a brace"),
    ("lambda in co_await", "src/http/a.cpp", "co_await f(1, [&] { return 1; });\n", "a lambda"),
    ("lambda awaited at once", "src/http/a.cpp", "co_await [] { return f(); }();\n", "a lambda"),
    ("long line", "src/http/a.cpp", "// " + "x" * 98 + "\n", "101 columns"),
    ("long file", "src/http/a.cpp", "\n" * 451, "451 lines"),
    ("mark", "src/http/a.cpp", "// " + "FIX" + "ME later\n", "do it"),
    ("test left out", "tests/a.cpp", "GTEST_" + "SKIP();\n", "do it"),

    ("downwards", "src/admin/a.cpp", '#include "journal/journal.hpp"\n', None),
    ("own module", "src/http/a.cpp", '#include "http/server.hpp"\n', None),
    ("app to everything", "src/app/a.cpp", '#include "sinks/table.hpp"\n', None),
    ("Beast inside", "src/http/a.cpp", "#include <boost/beast/core.hpp>\n", None),
    ("sink interface", "src/sinks/a.cpp", "#include <verohook/sink/sink.hpp>\n", None),
    ("public header", "include/verohook/base/a.hpp",
     "#include <boost/system/result.hpp>\n#include <string>\n", None),
    ("test of anything", "tests/unit/a.cpp", '#include "app/settings.hpp"\n', None),
    ("named argument", "src/http/a.cpp", "auto a = co_await f(b[1], std::move(c));\n", None),
    ("brace after it", "src/http/a.cpp", "while (co_await f()) {\n}\nif (g) {\n}\n", None),
    ("only spoken of", "src/http/a.cpp",
     '// co_await f({1});\n/* co_await [] */ auto s = "co_await {";\n', None),
    ("a hundred columns", "src/http/a.cpp", "// " + "ä" * 97 + "\n", None),
]


@pytest.mark.parametrize("name, path, text, finding", ROWS, ids=[row[0] for row in ROWS])
def test_rows(tmp_path, name, path, text, finding):
    place = tmp_path / path
    place.parent.mkdir(parents=True)
    place.write_text(text)
    done = subprocess.run([CHECK, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if finding is None:
        assert (done.returncode, done.stdout) == (0, "")
    else:
        assert done.returncode == 1
        assert finding in done.stdout
        assert done.stdout.startswith(f"{path}:"), done.stdout


def test_this_tree():
    done = subprocess.run([CHECK, SOURCE], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_an_empty_tree_is_no_success(tmp_path):
    done = subprocess.run([CHECK, tmp_path], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
