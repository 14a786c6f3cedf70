"""A file is put in place whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from domain.problem import InputError
from inputs.save import Draft


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_accepted_draft_replaces_its_target(tmp_path: Path) -> None:
    target = tmp_path / "排班.xlsx"
    target.write_text("old", encoding="utf-8")
    with Draft(target) as draft:
        draft.path.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
        assert draft.path.suffix == ".xlsx"
        assert draft.accept() == target
    assert target.read_text(encoding="utf-8") == "new"
    assert names(tmp_path) == {"排班.xlsx"}


def test_a_draft_not_accepted_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_text("old", encoding="utf-8")
    with Draft(target) as draft:
        draft.path.write_text("half", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == {"a.xlsx"}


def test_a_rejected_draft_lies_beside_its_target(tmp_path: Path) -> None:
    with Draft(tmp_path / "a.xlsx") as draft:
        draft.path.write_text("wrong", encoding="utf-8")
        assert draft.reject() == tmp_path / "a.rejected.xlsx"
    assert names(tmp_path) == {"a.rejected.xlsx"}


def held_open(monkeypatch: pytest.MonkeyPatch, *held: str) -> None:
    """Refuse to replace some files, as Windows does while they are open."""
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name in held:
            raise PermissionError(13, "held by another program", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_a_target_open_elsewhere_is_written_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held_open(monkeypatch, "a.xlsx")
    for name in ("a.xlsx", "a-2.xlsx"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    with Draft(tmp_path / "a.xlsx") as draft:
        draft.path.write_text("new", encoding="utf-8")
        assert draft.accept() == tmp_path / "a-3.xlsx"
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == {
        "a.xlsx": "old",
        "a-2.xlsx": "old",
        "a-3.xlsx": "new",
    }


def test_nowhere_to_put_it_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held_open(monkeypatch, "a.xlsx", *(f"a-{n}.xlsx" for n in range(2, 200)))
    with Draft(tmp_path / "a.xlsx") as draft:
        draft.path.write_text("new", encoding="utf-8")
        with pytest.raises(InputError, match="cannot write"):
            draft.accept()
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("target", "says"),
    [("no/a.xlsx", "there is no folder"), ("file/a.xlsx", "there is no folder"), ("folder", "is a folder")],
)
def test_a_target_that_cannot_be_is_one_sentence(tmp_path: Path, target: str, says: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=says) as caught, Draft(tmp_path / target):
        raise AssertionError("not reached")
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("wrap", [lambda error: error, RuntimeError], ids=["plain", "wrapped by the writer"])
def test_a_full_disk_is_one_sentence(tmp_path: Path, wrap: type[Exception]) -> None:
    with pytest.raises(InputError, match="No space left") as caught, Draft(tmp_path / "a.xlsx"):
        raise wrap(OSError(28, "No space left on device"))
    assert len(caught.value.problems) == 1
    assert names(tmp_path) == set()


def test_a_folder_without_write_permission_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(InputError, match="Permission denied"), Draft(tmp_path / "a.xlsx"):
        raise AssertionError("not reached")


def test_killed_while_writing_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_text("old", encoding="utf-8")
    code = (
        "import sys, time; from pathlib import Path; from inputs.save import Draft\n"
        "with Draft(Path(sys.argv[1])) as draft:\n"
        "    draft.path.write_text('half'); print('writing', flush=True); time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code, str(target)], cwd=root, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"writing"
        child.kill()
    assert target.read_text(encoding="utf-8") == "old"
