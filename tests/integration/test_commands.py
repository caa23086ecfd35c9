"""The commands: what they refuse, what they say of it, and what they leave behind."""

from harness import run

WRONG_SINKS = """\
[sinks.a]
kind = "file"
path = "rel"
mode = "9999"

[sinks.b]
kind = "log"
levels = [
  "bounced=warning",
  "bouncd=wrn",
]
path = "/var/log/x.log"

[sinks.c]
kind = "log"
target = "file"
"""

EXPECTED = [
    '3: sinks.a.path: must be the absolute path of a file',
    '4: sinks.a.mode: must be octal, from "0000" to "0777"',
    "9: sinks.b.levels: 'bounced=warning': there is no level 'warning'",
    "10: sinks.b.levels: 'bouncd=wrn': there is no type of event 'bouncd'; did you mean 'bounced'?",
    "10: sinks.b.levels: 'bouncd=wrn': there is no level 'wrn'; did you mean 'warn'?",
    '12: sinks.b.path: is for target = "file" alone',
    '14: sinks.c.path: is missing: target = "file" needs it',
]


def test_wrong_sinks_are_told_by_line_and_all_at_once(tmp_path):
    config = tmp_path / "verohook.toml"
    config.write_text(WRONG_SINKS)
    for command in ("check", "serve"):
        done = run(command, "-c", str(config), cwd=tmp_path)
        assert done.returncode == 3
        assert done.stdout == ""
        lines = done.stderr.removeprefix("verohook: ").splitlines()
        assert len(lines) == len(EXPECTED), done.stderr
        for line, expected in zip(lines, EXPECTED):
            assert line.startswith(f"{config}:{expected}"), done.stderr
    assert sorted(tmp_path.iterdir()) == [config]


def test_errors_that_need_two_keys_have_a_line(tmp_path):
    config = tmp_path / "verohook.toml"
    for listen, expected in [("0.0.0.0:80", "auth.secrets"), ("127.0.0.1:8081", "admin.listen")]:
        config.write_text(f'[http]\nlisten = ["{listen}"]\n')
        for command in ("check", "serve"):
            done = run(command, "-c", str(config), cwd=tmp_path)
            assert done.returncode == 3
            assert f"{config}:2: http.listen: " in done.stderr, done.stderr
            assert expected in done.stderr
