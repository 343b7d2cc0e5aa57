"""What ./run and ./test do on machines that lack something, played with stand-ins for the system's own programs."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = ("run", "test", "packaging/set_up.sh")
SCREEN = {"DISPLAY": ":0"}
LIBRARIES = re.findall(r"(lib\S+\.so\.\d+):(\S+?)[\s\"]", (ROOT / "packaging" / "set_up.sh").read_text())


@dataclass(frozen=True)
class Machine:
    """A checkout that is set up, on a machine whose programs are scripts of the test."""

    checkout: Path
    programs: Path

    def has(self, name: str, script: str) -> None:
        place_script(self.programs / name, script)

    def knows(self, *libraries: str) -> None:
        lines = "".join(f"\t{library} (libc6,x86-64) => /usr/lib/{library}\n" for library in libraries)
        (self.programs / "libraries").write_text(lines)

    def start(self, script: str, *typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.programs}:/usr/bin:/bin"
        command = [self.checkout / script, *typed]
        return subprocess.run(command, env={"PATH": path, **environment}, capture_output=True, text=True, timeout=60)


def place_script(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine of somebody who is not root, with every library."""
    checkout, programs = tmp_path / "checkout", tmp_path / "programs"
    for name in SCRIPTS:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    place_script(checkout / ".venv" / "bin" / "python", "exit 0")
    uv = 'if [ "$1" = --version ]; then echo "uv 0.13.8"; else echo "$@"; fi'
    place_script(checkout / ".tools" / "uv" / "bin" / "uv", uv)
    found = Machine(checkout, programs)
    found.has("ldconfig", f"cat {programs / 'libraries'}")
    found.has("apt-get", f'echo "$@" >> {programs / "installed"}')
    found.has("id", "echo 1000")
    found.knows(*(library for library, _ in LIBRARIES))
    return found


def started(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what was typed after `blockbuilders` when it was started in the end."""
    assert done.returncode == 0, done.stderr
    return done.stdout.split("blockbuilders", 1)[1].split()


def test_each_library_is_there_once_with_its_package() -> None:
    assert len(LIBRARIES) == len(dict(LIBRARIES)) == len({package for _, package in LIBRARIES}) == 11


def test_with_every_library_the_window_opens_and_nothing_is_said(machine: Machine) -> None:
    done = machine.start("run", **SCREEN)
    assert (started(done), done.stderr) == ([], "")


def test_a_command_is_carried_out_whatever_the_environment_calls_window(machine: Machine) -> None:
    machine.knows()
    done = machine.start("run", "candles", "status", window="yes", **SCREEN)
    assert (started(done), done.stderr) == (["candles", "status"], "")


def test_without_a_library_somebody_who_is_not_root_gets_the_line_to_type_and_the_example(machine: Machine) -> None:
    machine.knows(*(library for library, _ in LIBRARIES[:-2]))
    done = machine.start("run", **SCREEN)
    assert started(done) == ["example"]
    line = f"    sudo apt-get install -y --no-install-recommends {LIBRARIES[-2][1]} {LIBRARIES[-1][1]}"
    assert line in done.stderr.splitlines()
    assert not (machine.programs / "installed").exists()


@pytest.mark.parametrize(
    ("typed", "environment"), [(["backtest", "rsi_dip"], SCREEN), ([], {}), ([], {**SCREEN, "QT_QPA_PLATFORM": "vnc"})]
)
def test_without_libraries_the_terminal_works_and_hears_nothing_of_them(
    machine: Machine, typed: list[str], environment: dict[str, str]
) -> None:
    machine.knows("libc.so.6")
    done = machine.start("run", *typed, **environment)
    assert (started(done), done.stderr) == (typed, "")


def test_root_gets_the_libraries_installed_and_the_window(machine: Machine) -> None:
    machine.knows()
    everything = machine.programs / "everything"
    everything.write_text("".join(f"\t{library} (libc6)\n" for library, _ in LIBRARIES))
    log = f'echo "$@" >> {machine.programs / "installed"}'
    machine.has("id", "echo 0")
    machine.has("apt-get", f'{log}; [ "$1" = update ] || cp {everything} {machine.programs / "libraries"}')
    done = machine.start("run", **SCREEN)
    assert started(done) == []
    packages = " ".join(package for _, package in LIBRARIES)
    assert (machine.programs / "installed").read_text().splitlines() == [
        "update",
        f"install -y --no-install-recommends {packages}",
    ]


def test_root_without_a_network_gets_the_example(machine: Machine) -> None:
    machine.knows()
    machine.has("id", "echo 0")
    machine.has("apt-get", "exit 100")
    assert started(machine.start("run", **SCREEN)) == ["example"]


def test_a_system_without_apt_is_told_the_names(machine: Machine) -> None:
    machine.knows(*(library for library, _ in LIBRARIES[1:]))
    script = machine.checkout / "packaging" / "set_up.sh"
    script.write_text(script.read_text().replace("command -v apt-get", "command -v apt-that-is-not-here"))
    done = machine.start("run", **SCREEN)
    assert started(done) == ["example"]
    assert "    libgl1   (under the names your system has for them)" in done.stderr.splitlines()


def test_the_tests_need_the_libraries(machine: Machine) -> None:
    machine.knows()
    done = machine.start("test")
    assert done.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends libgl1 " in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("script", "environment"), [("run", SCREEN), ("test", {})])
def test_a_bare_machine_is_told_everything_in_one_line(
    machine: Machine, script: str, environment: dict[str, str]
) -> None:
    shutil.rmtree(machine.checkout / ".venv")
    shutil.rmtree(machine.checkout / ".tools")
    machine.has("python3", 'case "$*" in *ensurepip*) exit 1 ;; esac')
    machine.knows()
    done = machine.start(script, **environment)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = [line for line in done.stderr.splitlines() if "apt-get" in line]
    assert sorted(line.split()[5:]) == sorted(["python3-venv", *(package for _, package in LIBRARIES)])


def test_the_terminal_needs_nothing_of_the_window_on_a_bare_machine(machine: Machine) -> None:
    shutil.rmtree(machine.checkout / ".venv")
    shutil.rmtree(machine.checkout / ".tools")
    machine.has("python3", 'case "$*" in *ensurepip*) exit 1 ;; esac')
    machine.knows()
    assert (
        "    sudo apt-get install -y --no-install-recommends python3-venv" in machine.start("run").stderr.splitlines()
    )
