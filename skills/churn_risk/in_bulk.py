"""The scorecard over rows of figures: a million accounts as columns of usage, cases and days, judged as stories are. Reads no word.

Formulas and bounds are those of `usage`, `service` and `contact`; what only words tell (a season, an excuse) is a column, too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skills.churn_risk.contact import FRESH, HALF_YEAR, LOCKED, LONG, NEAR
from skills.churn_risk.scorecard import Scorecard
from skills.churn_risk.service import EXCUSED, GRACE, LATE, LINGERS, LOW, STRONG
from skills.churn_risk.service import FELL as RATED_DOWN
from skills.churn_risk.story import Code
from skills.churn_risk.table.columns import Array, numbers
from skills.churn_risk.table.fitting import chances
from skills.churn_risk.table.model import Scored, ranked
from skills.churn_risk.usage import BACK, DIPPED, FELL, FEW, HALF, STEADY, SUNK

COLUMNS: Mapping[str, str] = {
    "active_users": "活跃用户", "active_users_high": "活跃用户高点", "active_users_year_ago": "去年同期活跃用户", "seats": "席位",
    "features_used": "在用功能", "features_offered": "全部功能", "open_severe_tickets": "未结严重工单",
    "oldest_ticket_days": "最久工单天数", "repeated_tickets": "重复工单", "nps": "净推荐值", "nps_before": "上次净推荐值",
    "invoices": "发票", "late_days": "逾期天数", "late_invoices": "逾期发票", "late_excused": "逾期有因",
    "renewal_days": "距续约天数", "notice_days": "距通知期天数", "silent_days": "未联系天数", "unanswered": "未回应次数",
    "champion_left": "关键人离职", "new_champion": "新关键人", "price_dispute": "价格争议", "open_complaints": "未解决投诉",
    "onboarding_late": "上线延迟", "competitor": "竞品", "budget_cut": "预算削减", "offboarding": "导出数据", "reorg": "并购重组",
    "expansion": "增购",
}  # fmt: skip
"""What a column may be called, in English and in Chinese. Flags are 1 or 0; days to come count up, and nothing stands for unknown."""
LEAST_KNOWN = 3
"""A table with fewer of these columns is about something else."""

Told = Callable[[str], Array]
Strength = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Strengths:
    """Of each account how strongly each code shows (0 to 1; rows by `Code`), and whether its contract ends soon."""

    found: Array
    ends: npt.NDArray[np.bool_]


def known_columns(header: Sequence[str]) -> Mapping[str, int]:
    """The columns of `header` that a scorecard reads, by their English name; empty where there are too few to judge by."""
    named = {told: name for name, zh in COLUMNS.items() for told in (name, zh)}
    places = {named[column.strip().lower()]: place for place, column in enumerate(header) if column.strip().lower() in named}
    return places if len(places) >= LEAST_KNOWN else {}


def judged_by_card(card: Scorecard, places: Mapping[str, int], names: Sequence[str], rows: Sequence[Sequence[str]]) -> Scored:
    """The scores of `rows`, at least one, whose accounts are `names`; reasons are told by the column that shows them."""
    cells = list(zip(*rows, strict=True))
    made = strengths({name: numbers(cells[place]) for name, place in places.items()}, len(rows))
    adds = made.found * np.array([card.weights[code].weight for code in Code])
    tells = made.found * np.array([card.weights[code].tells if SHOWN.get(code) in places else 0.0 for code in Code])
    chance = chances(card.base + card.near_renewal * made.ends + adds.sum(1))
    high, low, risk = chance >= card.high, chance < card.medium, np.array([code.risk for code in Code])
    tells *= made.found >= card.heard
    calm = (tells[:, ~risk].max(1) > 0)[:, None]
    side = np.where((high[:, None] & ~risk) | (low[:, None] & risk & calm), 0.0, tells)
    empty = [""] * len(rows)
    shown = [(SHOWN.get(code, ""), cells[places[SHOWN[code]]] if SHOWN.get(code) in places else empty, "") for code in Code]
    return ranked(names, chance, high, low, side, adds, shown)


def strengths(figures: Mapping[str, Array], count: int) -> Strengths:
    """How strongly each code shows. figures: of the columns that are there, NaN for unknown. count: of accounts."""
    unknown = np.full(count, np.nan)

    def told(name: str) -> Array:
        return figures.get(name, unknown)

    flags = {code: _flag(told(name)) for code, name in FLAGS.items()}
    found: dict[Code, Strength] = {**_usage(told), **_service(told), **_contact(told), **flags}
    columns = [np.nan_to_num(found.get(code, np.zeros(count)), nan=0.0) for code in Code]
    with np.errstate(invalid="ignore"):
        return Strengths(np.clip(np.array(columns).T, 0.0, 1.0), (told("renewal_days") >= 0) & (told("renewal_days") <= NEAR))


FLAGS: Mapping[Code, str] = {
    Code.CHAMPION_LEFT: "champion_left", Code.NEW_CHAMPION: "new_champion", Code.PRICE_DISPUTE: "price_dispute",
    Code.ONBOARDING_DELAY: "onboarding_late", Code.COMPETITOR: "competitor", Code.BUDGET_CUT: "budget_cut",
    Code.OFFBOARDING: "offboarding", Code.REORG: "reorg", Code.EXPANSION: "expansion",
}  # fmt: skip
SHOWN: Mapping[Code, str] = {
    Code.USAGE_DECLINE: "active_users", Code.SEASONAL_DIP: "active_users_year_ago", Code.USAGE_STABLE: "active_users",
    Code.LOW_ADOPTION: "seats", Code.SEVERE_TICKETS: "oldest_ticket_days", Code.NPS_DROP: "nps", Code.NPS_STRONG: "nps",
    Code.LATE_PAYMENT: "late_days", Code.LATE_ADMIN: "late_excused", Code.PAYS_ON_TIME: "late_days", Code.DISENGAGED: "unanswered",
    Code.ENGAGED: "silent_days", Code.RENEWAL_SILENCE: "renewal_days", Code.LOCKED: "renewal_days", Code.COMPLAINT: "open_complaints",
    **FLAGS,
}  # fmt: skip
"""The column that a reason is told by; what only a story tells has none."""


def _usage(told: Told) -> dict[Code, Strength]:
    now, high, year_ago, seats = (told(name) for name in ("active_users", "active_users_high", "active_users_year_ago", "seats"))
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.where(high > 0, now / high, np.nan)
        fall, season = 1 - level, (year_ago <= (1 - DIPPED) * high) & (now >= BACK * year_ago)
        decline = np.clip((fall - FELL) / SUNK, 0, 1) * np.where(season & (fall < HALF), 0.3, 1.0)
        share, parts = now / np.where(seats > 0, seats, np.nan), told("features_used") / told("features_offered")
        few = np.fmax((FEW - share) / 0.2, (FEW - parts) / 0.2)
        found: dict[Code, Strength] = {
            Code.USAGE_DECLINE: decline, Code.USAGE_STABLE: 1.0 * (level >= STEADY),
            Code.SEASONAL_DIP: 0.7 * (season & (fall >= DIPPED)), Code.LOW_ADOPTION: few,
        }  # fmt: skip
    return found


def _service(told: Told) -> dict[Code, Strength]:
    cases, oldest, nps, before = (told(name) for name in ("open_severe_tickets", "oldest_ticket_days", "nps", "nps_before"))
    late, many, invoices = told("late_days"), told("late_invoices"), told("invoices")
    excused = _flag(told("late_excused")) > 0
    with np.errstate(invalid="ignore"):
        linger = (cases > 0) & (oldest >= LINGERS)
        severe = linger * (0.35 + np.clip(oldest / HALF_YEAR, 0, 1) / 2 + 0.25 * (cases > 1) + 0.3 * (told("repeated_tickets") > 0))
        fell = np.where(before - nps >= RATED_DOWN, (before - nps) / 50, 0.0)
        worse = np.fmax(fell, np.where(nps < LOW, (LOW + 10 - nps) / 50, 0.0))
        tardy = 1.0 * (late > GRACE) * (0.3 + (late - GRACE) / LATE + 0.3 * (many > 1))
        complaints = told("open_complaints")
        found: dict[Code, Strength] = {
            Code.SEVERE_TICKETS: severe, Code.NPS_DROP: worse, Code.NPS_STRONG: 1.0 * (nps >= STRONG) * (worse <= 0) * nps / 50,
            Code.LATE_PAYMENT: np.clip(tardy, 0, 1) * np.where(excused, EXCUSED, 1.0),
            Code.LATE_ADMIN: 1.0 * ((late > GRACE) & excused),
            Code.PAYS_ON_TIME: ((invoices > 0) & (late <= GRACE)) * np.where(invoices > 1, 1.0, 0.8),
            Code.COMPLAINT: (complaints > 0) * (0.4 + 0.2 * (complaints - 1)),
        }  # fmt: skip
    return found


def _contact(told: Told) -> dict[Code, Strength]:
    quiet, unanswered, renewal = told("silent_days"), told("unanswered"), told("renewal_days")
    with np.errstate(invalid="ignore"):
        left = np.where(told("notice_days") >= 0, np.fmin(told("notice_days"), renewal), renewal)
        silence = (renewal >= 0) & (renewal <= NEAR) & (quiet > FRESH / 2)
        return {
            Code.DISENGAGED: (unanswered > 0) * (0.35 + 0.3 * unanswered),
            Code.ENGAGED: 0.75 * (quiet <= FRESH) * (np.nan_to_num(unanswered) <= 0),
            Code.RENEWAL_SILENCE: silence * np.clip(1.2 - left / 2 / NEAR, 0, 1) * np.clip(quiet / FRESH, 0, 1),
            Code.LOCKED: (renewal >= LOCKED) * (0.6 + 0.4 * (renewal - LOCKED) / (LONG - LOCKED)),
        }  # fmt: skip


def _flag(figures: Array) -> Array:
    return np.nan_to_num(figures, nan=0.0)
