"""Keeps what has landed: one file a run, put in place whole, so that a stop or a kill loses nothing that was done."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from inputs.save import Draft
from scheduler.runs import Landed

SUFFIX = ".run.json"


class Store:
    """A folder of landed runs by key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, *, keep: bool) -> None:
        """Make the folder; without ``keep`` earlier runs in it are deleted."""
        self.folder.mkdir(exist_ok=True)
        if not keep:
            for old in self.folder.glob(f"*{SUFFIX}"):
                old.unlink()

    def get(self, key: str) -> Landed | None:
        """Return a stored run; None if there is none that can be read, which is then run again."""
        path = self.folder / f"{key}{SUFFIX}"
        try:
            found = Landed.model_validate_json(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, UnicodeDecodeError, ValidationError):
            return None
        return found if found.key == key else None

    def put(self, landed: Landed) -> None:
        """Store a run, whole or not at all."""
        with Draft(self.folder / f"{landed.key}{SUFFIX}") as draft:
            draft.path.write_text(landed.model_dump_json(), encoding="utf-8", newline="\n")
            draft.accept()
