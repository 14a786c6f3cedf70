"""Files put in place whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.problem import InputError, Problem
from domain.words import Text

MOST_COPIES = 99


class Draft:
    """A file being written beside its target; nothing is seen of it until it is accepted.

    A context manager: write to ``path``, then ``accept``. A draft neither accepted nor rejected is deleted at the end,
    so whatever fails or is killed meanwhile leaves the target as it was.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        """Make a place beside the target; InputError if nothing can be written there."""
        folder = self.target.parent
        if self.target.is_dir():
            raise _refused(f"“{self.target}”是文件夹,请给出文件名", f"{self.target} is a folder; give a file name")
        if not folder.is_dir():
            raise _refused(f"没有文件夹“{folder}”,请先建立", f"there is no folder {folder}; make it first")
        try:
            # in the same folder, because only there a rename is one step
            self._folder = tempfile.TemporaryDirectory(prefix=".lianqin-", dir=folder, ignore_cleanup_errors=True)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        self.path = Path(self._folder.name) / self.target.name
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete what was not accepted."""
        if self._folder is not None:
            self._folder.cleanup()
        failed = _disk_error(error)
        if failed is not None:
            raise _cannot_write(self.target.parent, failed) from error

    def accept(self) -> Path:
        """Put the file in place of the target, or beside it as NAME-2 where the target is open elsewhere.

        Returns
        -------
        Path
            Where the file lies now.

        Raises
        ------
        InputError
            If it can be put nowhere.
        """
        return self._place(self.target)

    def reject(self) -> Path:
        """Put the file beside the target as NAME.rejected; return where it lies now."""
        return self._place(self.target.with_name(f"{self.target.stem}.rejected{self.target.suffix}"))

    def _place(self, target: Path) -> Path:
        for number in range(1, MOST_COPIES + 1):
            place = target if number == 1 else target.with_name(f"{target.stem}-{number}{target.suffix}")
            if number > 1 and place.exists():
                continue  # an earlier way out; never written over
            try:
                return self.path.replace(place)
            except PermissionError as error:  # on Windows: the target is open in Excel
                refused = error
            except OSError as error:
                raise _cannot_write(target.parent, error) from error
        raise _cannot_write(target.parent, refused) from refused


def _disk_error(error: BaseException | None) -> OSError | None:
    """Return the disk's error in what was raised; XlsxWriter wraps it."""
    inner = error.args[0] if error is not None and error.args else None
    return next((e for e in (error, inner) if isinstance(e, OSError)), None)


def _refused(zh: str, en: str) -> InputError:
    return InputError((Problem(text=Text(zh, en)),))


def _cannot_write(folder: Path, error: OSError) -> InputError:
    reason = error.strerror or type(error).__name__
    return _refused(
        f"无法写入文件夹“{folder}”,请检查权限和空间,或换一个位置({reason})",
        f"cannot write to the folder {folder}; check permissions and space, or use another place ({reason})",
    )
