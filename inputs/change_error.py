"""A change that cannot be made, said of the field that is to blame."""

from __future__ import annotations

from collections.abc import Iterable

from domain.words import Text


class ChangeError(Exception):
    """A change cannot be made; ``field`` is its field, dotted for parts of it ("hours.0.days").

    ``others`` are what else is wrong with it.
    """

    def __init__(
        self, field: str, problem: Text, expected: Text | None = None, others: Iterable[ChangeError] = ()
    ) -> None:
        super().__init__(problem.en)
        self.field, self.problem, self.expected, self.others = field, problem, expected, tuple(others)


def known(field: str, wanted: str, ids: Iterable[str], what: Text) -> None:
    """Raise ChangeError unless ``wanted`` is one of the ids."""
    there = list(ids)
    if wanted not in there:
        zh, en = "、".join(there[:30]), ", ".join(there[:30])
        raise ChangeError(
            field,
            Text(f"没有编号为 {wanted} 的{what.zh}", f"there is no {what.en} {wanted}"),
            Text(zh or f"先有{what.zh}", en or f"a {what.en} that exists"),
        )


def unknown(field: str, wanted: str, ids: Iterable[str], what: Text) -> None:
    """Raise ChangeError if ``wanted`` is one of the ids already."""
    if wanted in set(ids):
        raise ChangeError(
            field,
            Text(f"编号 {wanted} 已有{what.zh}使用", f"the id {wanted} is taken by a {what.en}"),
            Text("新的编号", "a new id"),
        )
