"""A fresh Debian in a folder, and programs in it. What is slow is done once and kept in the build
folder; each test works in a copy."""

import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

from harness import BINARY

BUILD = pathlib.Path(BINARY).resolve().parents[2]
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def output(*command, **options):
    """What a command prints; fails with all of it where the command does."""
    done = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}:\n{done.stdout}"
    return done.stdout


def fields_of(package):
    """The control fields of a .deb."""
    text = output("dpkg-deb", "--field", package)
    return dict(re.findall(r"^(\S+): (.*)", text, re.MULTILINE))


def codename():
    release = pathlib.Path("/etc/os-release").read_text()
    return re.search(r"^VERSION_CODENAME=(\S+)", release, re.MULTILINE)[1]


def sources():
    """(site, suite) of everything that apt on this machine takes packages from, Debian's own."""
    text = output("apt-get", "indextargets", "--format",
                  "$(CREATED_BY) $(SITE) $(RELEASE) $(COMPONENT) $(ORIGIN)")
    found = [line.split(" ") for line in text.splitlines()]
    return list(dict.fromkeys(
        (site, suite) for kind, site, suite, component, *origin in found
        if kind == "Packages" and component == "main" and origin[0] in ("Debian", "")))


class DebianRoot:
    """A folder with a system in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def __truediv__(self, path):
        return self.folder / path.lstrip("/")

    def command(self, *command, volumes=None):
        """The same command in there, in mounts of its own that end with it. With `volumes`, which
        lie beside the root, nothing but them can be written."""
        root = self.folder
        script = ""
        if volumes is not None:
            script += f"mount --bind {root} {root} && mount -o remount,bind,ro {root} && "
            for volume in volumes:
                script += f"mount --bind {root.parent}/{volume} {root}/{volume} && "
        script += f"mount -t proc proc {root}/proc && "
        script += f'exec chroot {root} "$@"'
        return ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive", "unshare", "--mount", "sh", "-c", script, "sh",
                *map(str, command)]

    def run(self, *command):
        return output(*self.command(*command))

    def apt(self, *arguments):
        return self.run("apt-get", "-y", "-q", "--no-install-recommends",
                        "-o", "Dpkg::Options::=--force-confold", *arguments)

    def paths(self):
        """Everything that is in there, but for what packages leave at work: logs and caches."""
        passed = re.compile(r"/(proc|dev|tmp|var/(log|cache|lib/(dpkg|apt|systemd)))(/|$)")
        found = set()
        for folder, folders, files in os.walk(self.folder):
            inside = "/" + os.path.relpath(folder, self.folder).lstrip(".").lstrip("/")
            if passed.match(inside):
                folders.clear()
                continue
            found.update(os.path.join(inside, name) for name in folders + files)
        return {path for path in found if not passed.match(path)}


def make_pristine(folder, dependencies):
    mirrors = sources()
    own = codename()
    assert mirrors, "apt on this machine knows no source of Debian's packages"
    site = next(site for site, suite in mirrors if suite == own)
    log = folder.with_suffix(".log")
    with log.open("w") as said:
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--keyring={KEYRING}",
             "--include=ca-certificates", own, folder, site],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
    said = log.read_text()[-2000:]
    assert done.returncode == 0, f"debootstrap from {site} fails, see {log}:\n{said}"
    root = DebianRoot(folder)
    (root / "etc/apt/sources.list").write_text(
        "".join(f"deb {site} {suite} main\n" for site, suite in mirrors))
    # Whatever this machine's apt needs to get there.
    (root / "etc/apt/apt.conf.d/99host").write_text("".join(
        line + "\n" for line in output("apt-config", "dump").splitlines()
        if line.startswith("Acquire::")))
    # It need not outlive a crash.
    (root / "etc/dpkg/dpkg.cfg.d/unsafe").write_text("force-unsafe-io\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    root.apt("update")
    root.run("apt-get", "satisfy", "-y", "-q", "--no-install-recommends", dependencies)
    root.apt("clean")
    # It is copied often, and nobody reads these.
    for folder in ("var/lib/apt/lists", "usr/share/locale", "usr/share/doc", "usr/share/man"):
        shutil.rmtree(root / folder)
        (root / folder).mkdir()


@contextlib.contextmanager
def debian_root(dependencies):
    """A copy of one that has these dependencies."""
    assert os.getuid() == 0, "this test needs root: it makes a Debian in a folder and runs it"
    assert shutil.which("debootstrap"), "this test needs debootstrap"
    key = hashlib.sha256(f"{codename()} {sources()} {dependencies}".encode()).hexdigest()[:16]
    store = BUILD / "debian-root"
    store.mkdir(exist_ok=True)
    pristine = store / key
    if not pristine.is_dir():
        for old in store.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        making = store / f"{key}.making"
        make_pristine(making, dependencies)
        making.rename(pristine)
    with contextlib.ExitStack() as stack:
        work = store / f"run-{os.getpid()}"
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        work.mkdir()
        output("cp", "-a", pristine, work / "root")
        yield DebianRoot(work / "root")


def higher_version(package):
    """The same package with another version, and with a change in its configuration."""
    folder = package.parent / "higher"
    shutil.rmtree(folder, ignore_errors=True)
    output("dpkg-deb", "-R", package, folder)
    control = folder / "DEBIAN/control"
    control.write_text(control.read_text().replace("Version: 0.", "Version: 1."))
    with (folder / "etc/verohook/verohook.toml").open("a") as configuration:
        configuration.write("# A new key may be told of here.\n")
    higher = package.parent / "higher.deb"
    output("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", folder, higher)
    return higher


def install(root, package):
    shutil.copy(package, root / "tmp/verohook.deb")
    return root.apt("install", "/tmp/verohook.deb")
