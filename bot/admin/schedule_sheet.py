"""The times of the house as a form: a row for each job, with an hour and days instead of five fields. Judges nothing; knows no page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.admin.sheets import Fields, typed
from bot.domain.cron import Cron
from bot.domain.firing import CONFIGURABLE, Days, JobRule, ScheduleRules
from bot.domain.rhythm import in_words
from bot.domain.talk import Lang

Json = dict[str, Any]

OWN_LINE, EACH_DAY = "cron", "each"
DAYS = (EACH_DAY, *(str(day) for day in range(1, 8)), OWN_LINE)
"""What a row can say of days: each, one of the week (ISO, 1 is Monday), or a cron line of its own."""
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
PARTS = ("name", "at", "days", "on", "cron", "teams")
MOST_ROWS = 40
MONTHS = 12
PLAIN = ("quiet", "most_a_day", "catch_up_hours")


@dataclass(frozen=True)
class ScheduleSheet:
    """See `Sheet`. A row whose kind is empty is no row, so that one can be taken out, and one more stands below."""

    template: str = "schedule"

    def fields(self, value: ScheduleRules) -> Fields:
        """The rows, and what holds for all."""
        told = {
            "schedule.quiet": value.quiet, "schedule.most_a_day": str(value.most_a_day),
            "schedule.catch_up_hours": str(value.catch_up_hours),
            "schedule.countries": ", ".join(f"{team}={country}" for team, country in value.countries.items()),
        }  # fmt: skip
        for number, job in enumerate(value.jobs, 1):
            told |= {f"schedule.jobs.{number}.{part}": said for part, said in _parts(job).items()}
        return told

    def told(self, fields: Fields, lang: Lang) -> Json:
        """The rows as they stand, one empty row below. place: of a row among those that count; words: what its line means."""
        rows, place = [], 0
        for number in _numbers(fields):
            row = {part: fields.get(f"schedule.jobs.{number}.{part}", "") for part in PARTS}
            place += bool(row["name"])
            rows.append({**row, "number": number, "place": place if row["name"] else 0, "words": _words(row, lang)})
        last = max(_numbers(fields), default=0)
        empty = {**dict.fromkeys(PARTS, ""), "days": EACH_DAY, "on": Days.WORKDAYS, "number": last + 1, "place": 0, "words": ""}
        return {
            "rows": [*rows, empty], "kinds": list(CONFIGURABLE), "days": list(DAYS), "ons": list(Days),
            "plain": [{"key": f"schedule.{name}", "name": f"schedule_{name}", "kind": "text", "value": fields.get(f"schedule.{name}", "")}
                      for name in (*PLAIN, "countries")],
        }  # fmt: skip

    def raw(self, fields: Fields, now: ScheduleRules) -> Json:  # noqa: ARG002 - the form shows all of it
        """The table `schedule`."""
        jobs = [_job(fields, number) for number in _numbers(fields) if fields.get(f"schedule.jobs.{number}.name")]
        return {"schedule": {
            "quiet": fields.get("schedule.quiet", "").strip(),
            **{name: typed("whole", fields.get(f"schedule.{name}", "")) for name in PLAIN[1:]},
            "countries": _countries(fields.get("schedule.countries", "")), "jobs": jobs,
        }}  # fmt: skip


def _parts(job: JobRule) -> dict[str, str]:
    teams = ", ".join(job.teams)
    read = Cron.parse(job.cron)
    is_plain = len(read.minutes) == len(read.hours) == 1 and not read.picks_days and len(read.months) == MONTHS
    if not is_plain or (read.picks_weekdays and not read.weekly):
        return {"name": job.name, "at": "", "days": OWN_LINE, "on": job.on, "cron": job.cron, "teams": teams}
    at = f"{next(iter(read.hours)):02}:{next(iter(read.minutes)):02}"
    return {"name": job.name, "at": at, "days": str(read.weekly or EACH_DAY), "on": job.on, "cron": "", "teams": teams}


def _numbers(fields: Fields) -> list[int]:
    """The rows that a form has, in their order."""
    found = {int(name.split(".")[2]) for name in fields if re.fullmatch(r"schedule\.jobs\.\d{1,3}\.\w+", name)}
    return sorted(found)[:MOST_ROWS]


def _job(fields: Fields, number: int) -> Json:
    row = {part: fields.get(f"schedule.jobs.{number}.{part}", "").strip() for part in PARTS}
    return {"name": row["name"], "cron": _line(row), "on": row["on"], "teams": typed("many", row["teams"])}


def _line(row: Json) -> str:
    """The cron line of a row; what was typed in its place where it is none, for its reader to refuse."""
    if row["days"] == OWN_LINE:
        return str(row["cron"])
    at = CLOCK.fullmatch(row["at"])
    if at is None:
        return str(row["at"])
    return f"{int(at[2])} {int(at[1])} * * {'*' if row['days'] == EACH_DAY else row['days']}"


def _words(row: Json, lang: Lang) -> str:
    try:
        return in_words(_line(row), Days(row["on"]), lang) if row["name"] else ""
    except ValueError:
        return ""


def _countries(text: str) -> Json:
    """`berlin=DE-BE, ny=US`."""
    return dict(_pairs(text))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"[,,、;;\n]+", text):
        team, given, country = part.partition("=")
        if team.strip():
            yield team.strip(), country.strip() if given else "?"
