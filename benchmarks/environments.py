"""Environments of their own for peers that are no part of the product: made once, below out/peers/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

SCRIPTS = Path(__file__).parent / "peers"
"""Scripts that run in these environments, with a list NAME.txt of what each needs."""
MADE = Path("out") / "peers"
LEAST_JAVA = 17


class Missing(Exception):  # noqa: N818
    """Something that a peer needs is not there; the message fits a cell of the table."""


def python_for(name: str) -> Path:
    """Return the Python of a peer's environment; it is made with venv and pip if it is not there yet.

    Raises
    ------
    Missing
        If it cannot be made, as without a network.
    """
    home = MADE / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = home / "installed"
    wanted = (SCRIPTS / f"{name}.txt").read_text(encoding="utf-8")
    if done.exists() and python.exists() and done.read_text(encoding="utf-8") == wanted:
        return python.absolute()
    print(f"making an environment for {name} in {home}", file=sys.stderr)
    venv.create(home, clear=True, with_pip=True)
    command = [python, "-m", "pip", "install", "--quiet", "-r", SCRIPTS / f"{name}.txt"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or ["pip failed"])[-1]
        raise Missing(f"skipped: {wanted.strip()} cannot be installed ({last})")
    done.write_text(wanted, encoding="utf-8")
    return python.absolute()


def check_java() -> None:
    """Check that a Java is there that is new enough.

    Raises
    ------
    Missing
        If there is none.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        raise Missing(f"skipped: no Java {LEAST_JAVA} or newer (neither JAVA_HOME nor java on the path)")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    number = told.partition('"')[2].partition('"')[0]
    major = number.removeprefix("1.").split(".")[0].split("-")[0]
    if not major.isdigit() or int(major) < LEAST_JAVA:
        raise Missing(f"skipped: Java {LEAST_JAVA} or newer is needed, found {number or 'none'}")


def ask(python: Path, script: str, *args: object) -> None:
    """Run a peer's script.

    Raises
    ------
    Missing
        If it fails; its whole error goes to stderr.
    """
    command = [str(python), str(SCRIPTS / script), *map(str, args)]
    tried = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if tried.returncode:
        print(tried.stderr, file=sys.stderr)
        raise Missing(f"{script} failed: {(tried.stderr.strip().splitlines() or ['no message'])[-1]}")
