"""The Debian package: what is in it, and its whole life in a fresh Debian."""

import contextlib
import gzip
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess

import pytest

from debian_root import BUILD, debian_root, fields_of, higher_version, install, output
from harness import PATH, SOURCE, TIMEOUT, Lines, curl, opened, run
from proxies import Nginx

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture(scope="module")
def unpacked(package):
    folder = package.parent / "unpacked"
    output("dpkg-deb", "-x", package, folder)
    return folder


@pytest.fixture
def root(package):
    with debian_root(fields_of(package)["Depends"]) as made:
        yield made


def commands_of_help():
    """{words of a command: its help}, as a reader of --help finds them, down to `dead list`."""
    found = {}

    def read(words):
        text = run(*words, "--help").stdout
        found[words] = text
        if "Subcommands:\n" in text:
            below = text.split("Subcommands:\n")[1].split("\n\n")[0]
            for name in re.findall(r"^  (\S+)", below, re.MULTILINE):
                read((*words, name))

    read(())
    return found


def options_in(text):
    return set(re.findall(r"(?<=[ ,])--[a-z][a-z-]+", text.split("Options:")[1].split("\n\n")[0]))


def man(path):
    """A page as people read it; a complaint of groff is a failure."""
    done = subprocess.run(["man", "--warnings", "-l", str(path)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True,
                          env={**os.environ, "MANWIDTH": "1000", "LC_ALL": "C.UTF-8"})
    assert done.stderr == ""
    return re.sub(r".\x08", "", done.stdout).replace("\u2010", "-")


def test_lintian_finds_no_error(package):
    done = subprocess.run(["lintian", "--fail-on", "error", package], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    assert done.returncode == 0 and "E: " not in done.stdout, done.stdout


def test_versions_and_dependencies_agree(package, unpacked):
    fields = fields_of(package)
    documents = unpacked / "usr/share/doc/verohook"
    newest = output("dpkg-parsechangelog", "-S", "Version",
                    "-l", SOURCE / "config/debian/changelog")
    assert fields["Version"] == newest.strip()
    assert run("--version").stdout.strip() == "verohook " + newest.split("-")[0]
    assert gzip.decompress((documents / "changelog.gz").read_bytes()) == (
        SOURCE / "CHANGELOG.md").read_bytes()
    # The image installs by name what the package needs.
    listed = (SOURCE / "scripts/packages").read_text().split("[runtime]\n")[1].split("\n\n")[0]
    needed = {each.strip().split(" ")[0] for each in fields["Depends"].split(",")}
    base = {"init-system-helpers", "systemd", "libc6", "libgcc-s1", "libstdc++6"}
    assert needed - base == set(listed.split())


def test_the_configuration_is_the_documented_one(unpacked, tmp_path):
    shipped = (unpacked / "etc/verohook/verohook.toml").read_text().splitlines()
    own = (SOURCE / "config/verohook.toml").read_text().splitlines()
    assert len(shipped) == len(own)
    assert [pair for pair in zip(own, shipped) if pair[0] != pair[1]] == [
        ('# state_dir = "state"', 'state_dir = "/var/lib/verohook"'),
        ("# enabled = true", "enabled = false")]


def test_the_examples_are_those_of_the_repository(unpacked):
    examples = unpacked / "usr/share/doc/verohook/examples"
    found = {path.name: path.read_text() for path in examples.iterdir()}
    assert found == {name: (SOURCE / "config" / name).read_text() for name in (
        "nginx.conf", "haproxy.cfg", "haproxy-tcp.cfg", "Caddyfile", "prometheus-alerts.yml",
        "grafana-dashboard.json")}


def test_whoever_builds_it_for_others_is_its_maintainer(package, tmp_path):
    assert fields_of(package)["Maintainer"] == "The verohook authors <nobody@verohook.invalid>"
    # As scripts/package does it.
    output("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", tmp_path,
           "-D", "CPACK_PACKAGE_CONTACT=A Builder <builder@debian.org>")
    (built,) = tmp_path.glob("*.deb")
    assert fields_of(built)["Maintainer"] == "A Builder <builder@debian.org>"
    script = (SOURCE / "scripts/package").read_text()
    assert '-D "CPACK_PACKAGE_CONTACT=${DEBFULLNAME:-$DEBEMAIL} <$DEBEMAIL>"' in script


def test_the_manual_page_has_every_command_and_option(unpacked):
    page = man(unpacked / "usr/share/man/man1/verohook.1.gz")
    for words, text in commands_of_help().items():
        title = " ".join(("   verohook", *words))
        assert not words or f"\n{title}\n" in page, title
        part = page.split(f"\n{title}\n")[1].split("\n   verohook ")[0] if words else page
        missing = options_in(text) - set(re.findall(r"--[a-z][a-z-]+", part)) - {"--help"}
        assert not missing, (words, missing)
    for footer in ("Exit statuses:", "verohook dead retry"):
        assert footer in page


def test_the_manual_page_of_the_configuration_has_every_key(unpacked):
    page = man(unpacked / "usr/share/man/man5/verohook.toml.5.gz")
    reference = (SOURCE / "docs/configuration.md").read_text().split("<!-- reference: begin -->")[1]
    rows = re.findall(r"^\| `(\w+)`.*?\| ([^|]*) \| (.*?) \| (.*) \|$", reference, re.MULTILINE)
    assert len(rows) > 80
    for name, kind, fallback, meaning in rows:
        assert re.search(rf"^       {name}(, {name}_file)? \({kind}", page, re.MULTILINE), name
        plain = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", meaning.replace("`", "")).replace("\\|", "|")
        assert " ".join(plain.split()) in " ".join(page.split()), (name, plain)


def complete(shell, unpacked, line):
    """What a shell offers for the last word of a line."""
    share = unpacked / "usr/share"
    words = line.split(" ")
    if shell == "fish":
        script = share / "fish/vendor_completions.d/verohook.fish"
        text = output("fish", "--no-config", "-c",
                      f"source {script}; complete -C {shlex.quote(line)}")
        return {each.split("\t")[0] for each in text.splitlines()}
    if shell == "bash":
        script = share / "bash-completion/completions/verohook"
        quoted = " ".join(map(shlex.quote, words))
        text = output("bash", "--norc", "-euc", f"source {script}; COMP_WORDS=({quoted}); "
                      f"COMP_CWORD={len(words) - 1}; complete -p verohook > /dev/null; _verohook; "
                      'printf "%s\\n" "${COMPREPLY[@]}"')
        return set(filter(None, text.splitlines()))
    return complete_in_zsh(share / "zsh/vendor-completions", line)


def complete_in_zsh(functions, line):
    """A real zsh, in which Tab is pressed: its completion works nowhere else."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(["zsh", "-f", "-i"], stdin=theirs, stdout=theirs, stderr=theirs,
                          start_new_session=True,
                          env={**os.environ, "TERM": "dumb", "COLUMNS": "200"}) as process:
        os.close(theirs)
        said = b""

        def read_until(marker, count=1):
            nonlocal said
            while said.count(marker) < count:
                ready, _, _ = select.select([ours], [], [], TIMEOUT)
                assert ready, said
                said += os.read(ours, 65536)

        try:
            # What Tab does is to show the list, however long, and to leave the line as it is.
            os.write(ours, f"PS1=; fpath=({functions} $fpath); autoload -Uz compinit; "
                     "compinit -u -D; LISTMAX=1000; bindkey '^I' list-choices; "
                     "print REA''DY\n".encode())
            # It says so before it begins to edit a line; what came earlier would be echoed twice.
            read_until(b"READY\r\n")
            said = said.split(b"READY\r\n")[1]
            read_until(b"\x1b[?2004h")
            said = b""
            os.write(ours, line.encode() + b"\t")
            # It is there as it was typed, and once more after the list.
            read_until(line.strip().encode(), 2)
        finally:
            process.kill()
    os.close(ours)
    text = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", said).decode(errors="replace")
    # Words, and after two dashes what they mean; the first line is what was typed.
    lines = [shown.split(" -- ")[0] for shown in text.splitlines() if line not in shown]
    return {word for shown in lines for word in shown.split()}


OFFERS = {
    "": ("verohook ", {"serve", "tail", "dead", "generate"}, set()),
    "a beginning": ("verohook re", {"replay"}, {"serve"}),
    "options": ("verohook tail --f", {"--follow", "--format"}, {"--sink"}),
    "choices": ("verohook tail --format ", {"pretty", "json", "raw"}, {"csv"}),
    "other choices": ("verohook export --format ", {"csv", "ndjson"}, {"pretty"}),
    "a second word": ("verohook dead ", {"list", "show", "retry", "drop"}, {"serve"}),
    "its options": ("verohook dead list --", {"--sink", "--json"}, {"--follow"}),
    "an argument": ("verohook generate ", {"man", "bash", "zsh", "fish"}, {"serve"}),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_complete(unpacked, shell):
    for name, (line, offered, others) in OFFERS.items():
        found = complete(shell, unpacked, line)
        assert offered <= found, (name, offered - found, found)
        assert not others & found, (name, found)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_option_is_offered(unpacked, shell):
    if shell == "zsh":
        text = (unpacked / "usr/share/zsh/vendor-completions/_verohook").read_text()
        for words, help_text in commands_of_help().items():
            part = text.split(f"'{' '.join(words)}') found=(")[1].split(") ;;")[0]
            assert all(f"'{option}:" in part for option in options_in(help_text)), words
        return
    for words, help_text in commands_of_help().items():
        found = complete(shell, unpacked, " ".join(("verohook", *words, "--")))
        assert options_in(help_text) <= found, (words, options_in(help_text) - found)


class Service:
    """The program in a root, as its own user."""

    def __init__(self, root, command, **options):
        self.process = subprocess.Popen(
            root.command(*command, **options), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.err = Lines(self.process.stderr)

    def __enter__(self):
        self.err.wait_for("try it: curl")
        self.address = self.err.wait_for(r"listening on ([^\s,\"]+),")[1]
        return self

    def user(self):
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)[1])

    def post(self, number, target=PATH):
        status, text = curl(f"http://{self.address}{target}", body=opened(number))
        assert status == 200, text
        return json.loads(text)["seq"]

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(TIMEOUT)
        self.process.kill()
        assert self.process.wait() == 0, self.err.text()


SERVE = ("setpriv", "--reuid=verohook", "--regid=verohook", "--clear-groups", "--no-new-privs",
         "/usr/bin/verohook", "serve", "-c", "/etc/verohook/verohook.toml")


def events_in(root):
    text = root.run("setpriv", "--reuid=verohook", "--regid=verohook", "--clear-groups", "verohook",
                    "tail", "-c", "/etc/verohook/verohook.toml", "--format", "json")
    return [json.loads(line)["seq"] for line in text.splitlines()]


def access_of(root, path):
    status = (root / path).stat()
    groups = [line.split(":") for line in (root / "etc/group").read_text().splitlines()]
    group = next(name for name, _, number, _ in groups if number == str(status.st_gid))
    return oct(status.st_mode & 0o777), status.st_uid, group


def test_installs_runs_is_upgraded_removed_and_purged(root, package):
    before = root.paths()
    install(root, package)
    configuration = root / "etc/verohook/verohook.toml"
    wanted = root / "etc/systemd/system/multi-user.target.wants/verohook.service"
    assert access_of(root, "etc/verohook/verohook.toml") == ("0o640", 0, "verohook")
    assert access_of(root, "var/lib/verohook")[0] == "0o750"
    assert os.path.islink(wanted)
    text = configuration.read_text()
    for section, port in (("http", 8080), ("admin", 8081)):
        old = f'# listen = ["127.0.0.1:{port}"]'
        assert text.count(old) == 1, section
        text = text.replace(old, 'listen = ["127.0.0.1:0"]')
    configuration.write_text(text)
    (root / "etc/verohook/secret").write_text("of the administrator")
    with Service(root, SERVE) as service:
        assert service.user() == (root / "var/lib/verohook").stat().st_uid != 0
        assert service.post(1) == 1
        # The files are exchanged under the running program, as on a system of its own.
        install(root, higher_version(package))
        assert "1.1.0-1" in root.run("dpkg-query", "-W", "verohook")
        assert service.post(2) == 2
    assert configuration.read_text() == text, "what the administrator wrote stays"
    assert access_of(root, "etc/verohook/verohook.toml") == ("0o640", 0, "verohook")
    with Service(root, SERVE) as service:
        assert service.post(3) == 3
    root.apt("remove", "verohook")
    assert not (root / "usr/bin/verohook").exists()
    assert configuration.exists() and (root / "var/lib/verohook/journal.db").exists()
    install(root, higher_version(package))
    assert events_in(root) == [1, 2, 3]
    root.apt("purge", "verohook")
    assert not (root / "var/lib/verohook").exists() and not os.path.lexists(wanted)
    assert "verohook" in (root / "etc/passwd").read_text(), "users stay, as Debian's do"
    left = root.paths() - before
    assert {path for path in left if not path.endswith("-")} == {
        "/etc/verohook", "/etc/verohook/secret"}, left


def stages_of(dockerfile):
    """[[(instruction, text)]] of each stage."""
    stages = []
    for line in dockerfile.read_text().splitlines():
        if line and not line.startswith("#"):
            instruction, text = line.split(" ", 1)
            if instruction == "FROM":
                stages.append([])
            stages[-1].append((instruction, text))
    return stages


def copy_from_build(root, stage):
    """What the first stage has installed; COPY would put a folder in the place of a link."""
    out = root.folder.parent / "out"
    installing, removing = stage[-1][1].split(" && ")
    assert installing.startswith("DESTDIR=/out cmake --install ")
    output("cmake", "--install", BUILD, "--prefix", "/usr", "--strip",
           env={**os.environ, "DESTDIR": str(out)})
    output(*removing.replace("/out", str(out)).split())
    for each in out.iterdir():
        assert not (root / each.name).is_symlink(), each.name
    output("cp", "-aT", out, root.folder)


def carry_out(root, stage, steps):
    """Runs the steps of the last stage of the Dockerfile in a root. (user, command) at its end."""
    user, command = "root", None
    for instruction, text in steps:
        if instruction == "COPY" and text.startswith("--from=build"):
            assert text.split() == ["--from=build", "/out", "/"]
            copy_from_build(root, stage)
        elif instruction == "COPY":
            *files, target = text.split()
            for file in files:
                place = root / (target + file.split("/")[-1] if target.endswith("/") else target)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(SOURCE / file, place)
        elif instruction == "RUN":
            root.run("sh", "-c", text)
        elif instruction == "USER":
            user = text
        elif instruction == "CMD":
            command = json.loads(text)
    return user, command


def test_the_image_is_what_it_says(root, tmp_path):
    build, last = stages_of(SOURCE / "config/docker/Dockerfile")
    # The first stage builds as everybody does, by what there is.
    runs = " ".join(text for instruction, text in build if instruction == "RUN")
    presets = json.loads((SOURCE / "CMakePresets.json").read_text())
    assert "scripts/install-packages build" in runs and "cmake --preset release" in runs
    assert "release" in [each["name"] for each in presets["configurePresets"]]
    user, command = carry_out(root, build, last)
    assert user == "verohook"
    # The user's volumes are all that can be written.
    secrets = root / "run/secrets"
    secrets.mkdir()
    (secrets / "verohook_secret").write_text("a-secret-of-the-image\n")
    volumes = [volume.lstrip("/") for volume in json.loads(dict(last)["VOLUME"])]
    for volume in volumes:
        outside = root.folder.parent / volume
        output("mkdir", "-p", outside)
        output("cp", "-aT", root / volume, outside)
    with pytest.raises(AssertionError, match="Read-only file system"):
        output(*root.command("touch", "/etc/file", volumes=volumes))
    uid = int(re.search(r"^verohook:x:(\d+)", (root / "etc/passwd").read_text(), re.MULTILINE)[1])
    service = Service(root, ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                             "--no-new-privs", "--bounding-set=-all", *command],
                      volumes=volumes)
    with service:
        assert service.user() == uid == 10001
        socket = root.folder.parent / "run/verohook/web.sock"
        text = (SOURCE / "config/docker/nginx.conf").read_text()
        nginx = NginxInCompose(tmp_path, str(socket), text)
        try:
            nginx.start()
            target = f"{nginx.url('/a-secret-of-the-image')}"
            assert curl(target, body=opened(1))[0] == 200
            assert curl(nginx.url("/another-secret"), body=opened(2))[0] == 404
        finally:
            nginx.stop()
    # JSON, a line each, and the journal is in the volume.
    assert all(json.loads(line) for line in service.err.all())
    assert (root.folder.parent / "var/lib/verohook/journal.db").exists()


class NginxInCompose(Nginx):
    """The real nginx, with the site's file in the place that the image has for it."""

    def configuration(self):
        text = self.text
        for old, new in (("listen 80 default_server;", f"listen 127.0.0.1:{self.port};"),
                         ("/run/verohook/web.sock", self.upstream)):
            assert old in text
            text = text.replace(old, new)
        temporary = "".join(f"    {name}_temp_path {self.folder / name};\n"
                            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"pid {self.folder / 'nginx.pid'};\nuser root;\nevents {{}}\n"
                f"http {{\n{temporary}{text}}}\n")


def test_compose_has_the_lines_of_the_nginx_that_says_why():
    """All but the log, for a container has none of its own, and what each has by its place."""
    def lines(name):
        text = (SOURCE / "config" / name).read_text()
        return {line.strip() for line in text.splitlines() if line.strip().endswith(";")}

    whole = (SOURCE / "config/nginx.conf").read_text().split("# ---- part 2")[1]
    part = whole.split("# ---- end of part 2")[0]
    wanted = {line.strip() for line in part.splitlines() if line.strip().endswith(";")
              and "access_log" not in line}
    assert wanted <= lines("docker/nginx.conf")
    zone = [line for line in lines("nginx.conf") if line.startswith("limit_req_zone")]
    assert set(zone) <= lines("docker/nginx.conf")


def test_compose_fits_to_the_rest():
    """Its paths are there, and its volumes and secrets are those of the image's configuration."""
    folder = SOURCE / "config/docker"
    text = (folder / "compose.yaml").read_text()
    assert (folder / re.search(r"context: (\S+)", text)[1]).resolve() == SOURCE
    assert (SOURCE / re.search(r"dockerfile: (\S+)", text)[1]).exists()
    assert "read_only: true" in text and "cap_drop: [ALL]" in text
    (volumes,) = [text for name, text in stages_of(folder / "Dockerfile")[1] if name == "VOLUME"]
    service = text.split("  verohook:\n")[1].split("  nginx:\n")[0]
    assert json.loads(volumes) == re.findall(r"- \w+:(/\S+)", service)
    assert "./nginx.conf:/etc/nginx/conf.d/default.conf:ro" in text
    assert "/run/secrets/verohook_secret" in (folder / "verohook.toml").read_text()
