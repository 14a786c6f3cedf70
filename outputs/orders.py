"""行动派遣单: one order per remediation, each on a page of its own."""

from __future__ import annotations

from datetime import date

from xlsxwriter.format import Format

from domain.roster import Remediation, Roster
from domain.scenario import Scenario
from domain.words import Text
from outputs.actions import EMERGENCY, by_squad, holding_summary, in_order, reason
from outputs.book import GREY, Book, Page, tall
from outputs.daily import vehicle_name
from outputs.layout import ORDERS
from outputs.printing import clock, people, printed, squad_name, squad_title, word

WIDTHS = (20, 26, 12, 30, 18, 42)
TASKS = (
    Text("现场处置、案件办理、暂扣物品登记保管", "handles cases, keeps seized goods"),
    Text("外围劝导、取证配合、秩序维护", "helps at the edge and with evidence"),
)
STEPS = (
    Text(
        "集结点名,明确分工,检查证件、执法记录仪和车辆", "Muster, roll call, tasks; check badges, recorders and vehicles"
    ),
    Text("先教育劝导:告知违法事实,责令自行改正", "Education first: state the violation, order it corrected"),
    Text(
        "后依法执法:拒不改正的,由两名持证执法人员取证、处置",
        "Enforcement after: two certified officers take evidence and act",
    ),
    Text("案件及暂扣物品由属地中队处置", "Cases and seized goods are handled by the host squad"),
    Text(
        "清场复查,交属地中队固守,填报出动统计表", "Check the site, hand over to the host's holding, report the figures"
    ),
)
CONTACTS = (
    Text("现场指挥", "Commander"),
    Text("勤务指挥科值班", "Duty-command section"),
    Text("属地派出所 / 110", "Police station / 110"),
    Text("急救 120", "Ambulance 120"),
)


def write_orders(book: Book, scenario: Scenario, roster: Roster, filled: date) -> None:
    """Write one order per remediation in order of time, with a page break between two."""
    page = book.page(ORDERS.name.get(book.lang))
    for n, width in enumerate(WIDTHS):
        page.sheet.set_column(n, n, width)
    breaks, row = [], 0
    for remediation in in_order(roster):
        if row:
            breaks.append(row)
        row = _Order(page, scenario, roster, remediation, row).write(filled)
    if not row:
        page.text(0, 0, page.say(Text("本月无联动整治", "No remediation in this period")), book.plain())
    page.sheet.set_h_pagebreaks(breaks)


class _Order:
    def __init__(self, page: Page, scenario: Scenario, roster: Roster, remediation: Remediation, row: int) -> None:
        self.page, self.scenario, self.roster, self.action, self.row = page, scenario, roster, remediation, row
        self.lang, self.last = page.lang, len(WIDTHS) - 1
        self.head = page.book.style(bold=True, bg_color=GREY, text_wrap=True)
        self.cell = page.book.style(text_wrap=True, align="left")

    def write(self, filled: date) -> int:
        """Write the order from its first row and return the row after it."""
        action, scenario, lang = self.action, self.scenario, self.lang
        day, spot = action.start.date(), scenario.hotspot_by_id[action.hotspot]
        book = self.page.book
        self._line(ORDERS.title.get(lang), book.plain(bold=True, font_size=16, align="center"), 28)
        number = Text(
            f"编号:{action.id}    填表单位:{squad_title(scenario, action.lead, 'zh')}    填表时间:{filled}",
            f"Number: {action.id}    Unit: {squad_title(scenario, action.lead, 'en')}    Filled in on: {filled}",
        )
        self._line(number.get(lang), book.plain(), 18)
        span = f"{day} {clock(action.start, day, lang)}-{clock(action.end, day, lang)}"
        group = scenario.group_by_id.get(action.group)
        muster = squad_title(scenario, action.host, lang)
        self._pairs(
            (Text("行动时间", "Time"), span),
            (Text("地点", "Place"), printed(spot.name, spot.id)),
            (Text("联动小组", "Group"), group.name if group else action.group),
        )
        self._pairs(
            (Text("属地中队", "Host"), squad_name(scenario, action.host)),
            (Text("牵头中队", "Lead"), squad_name(scenario, action.lead)),
            (Text("现场指挥", "Commander"), people(scenario, [action.commander])),
        )
        self._pairs(
            (Text("集结", "Muster"), f"{clock(action.start, day, lang)} {muster}"),
            (Text("事由", "Reason"), reason(scenario, action, lang)),
            (Text("类别", "Kind"), word(action.kind, lang)),
        )
        self._teams()
        self._vehicles()
        self._texts()
        self.page.sign(self.row, len(WIDTHS))
        return self.row + 2

    def _line(self, text: str, style: Format, height: float) -> None:
        self.page.merge((self.row, 0), (self.row, self.last), text, style)
        self.page.sheet.set_row(self.row, height)
        self.row += 1

    def _pairs(self, *pairs: tuple[Text, str]) -> None:
        """Write heading and value side by side, three to a row."""
        for n, (heading, value) in enumerate(pairs):
            self.page.text(self.row, 2 * n, self.page.say(heading), self.head)
            self.page.text(self.row, 2 * n + 1, value, self.cell)
        tallest = max(tall(value, WIDTHS[2 * n + 1]) for n, (_, value) in enumerate(pairs))
        self.page.sheet.set_row(self.row, max(24, tallest))
        self.row += 1

    def _teams(self) -> None:
        heads = (
            Text("中队", "Squad"),
            Text("人员", "People"),
            Text("人数(持证)", "Number (certified)"),
            Text("任务", "Task"),
        )
        self._team([self.page.say(head) for head in heads], self.head)
        known = self.scenario.officer_by_id
        for squad, officers in by_squad(self.scenario, self.action):
            certified = sum(known[o].certified for o in officers)
            task = TASKS[0] if squad == self.action.host else TASKS[1]
            values = [
                squad_name(self.scenario, squad),
                people(self.scenario, officers),
                f"{len(officers)}({certified})",
            ]
            self._team([*values, self.page.say(task)], self.cell)

    def _team(self, values: list[str], style: Format) -> None:
        squad, who, number, task = values
        self.page.text(
            self.row, 0, squad, self.page.book.style(bold=True, text_wrap=True) if style is self.cell else style
        )
        self.page.merge((self.row, 1), (self.row, 3), who, style)
        self.page.text(self.row, 4, number, style)
        self.page.text(self.row, 5, task, style)
        tallest = max(tall(who, sum(WIDTHS[1:4])), tall(task, WIDTHS[5]))
        self.page.sheet.set_row(self.row, max(24, tallest))
        self.row += 1

    def _vehicles(self) -> None:
        uses = [
            f"{vehicle_name(self.scenario, u.vehicle)}:{people(self.scenario, [u.driver])}"
            for u in self.action.vehicles
        ]
        none = Text("无", "none")
        self._wide(Text("车辆及驾驶员", "Vehicles and drivers"), ";  ".join(uses) or self.page.say(none))

    def _texts(self) -> None:
        steps = "\n".join(f"{n}. {self.page.say(step)}" for n, step in enumerate(STEPS, 1))
        self._wide(Text("行动要求", "Procedure"), steps)
        self._wide(Text("应急预案", "Emergency plan"), self.page.say(EMERGENCY))
        self._wide(
            Text("紧急联系", "Emergency contacts"), "    ".join(f"{self.page.say(c)} ____________" for c in CONTACTS)
        )
        holdings = [h for h in self.roster.holdings if h.remediation == self.action.id]
        self._wide(Text("固守安排", "Holding"), holding_summary(holdings, self.lang))
        self._wide(
            Text("行动结果", "Outcome"),
            self.page.say(
                Text(
                    "教育纠正 ______ 起    办理案件 ______ 件    暂扣物品 ______ 件    遗留问题:",
                    "Corrected by education ______    Cases ______    Goods seized ______    Left open:",
                )
            ),
        )

    def _wide(self, heading: Text, value: str) -> None:
        self.page.text(self.row, 0, self.page.say(heading), self.head)
        self.page.merge((self.row, 1), (self.row, self.last), value, self.cell)
        self.page.sheet.set_row(self.row, max(24, tall(value, sum(WIDTHS[1:]))))
        self.row += 1
