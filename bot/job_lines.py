"""`tandem jobs` as lines for people: what comes next in each zone, and what became of the last time. Knows words; asks nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

Json = dict[str, Any]


class Says(Protocol):
    """A sentence in the reader's language."""

    def __call__(self, key: str, /, **facts: object) -> str:
        """By its key."""
        ...


def job_lines(jobs: Sequence[Json], say: Says) -> Iterator[str]:
    """One line for each, the house's own last and in one line together where all is well with them."""
    fine = [job for job in jobs if job["inner"] and (job["last"] is None or job["last"]["state"] in {"done", "begun"})]
    for job in jobs:
        if job not in fine:
            yield say("job_line", job=job["job"], coming=_coming(job, say), last=_last(job, say), whose=_whose(job, say))
    if fine:
        yield say("jobs_inner", names=" ".join(job["job"] for job in fine))


def _whose(job: Json, say: Says) -> str:
    return say("job_whose", name=job["owner"], kind=job["kind"]) if job["owner"] else ""


def _coming(job: Json, say: Says) -> str:
    if job["paused"]:
        return say("job_rests")
    if not job["ready"]:
        return say("job_absent")
    return say("job_next", at=_at(job["next"][0], say), zone=job["zone"]) if job["next"] else say("job_no_next")


def _last(job: Json, say: Says) -> str:
    last = job["last"]
    if last is None:
        return say("job_never")
    told = say(f"job_state_{last['state']}", made=last["made"], trouble=last["trouble"], tries=last["tries"])
    return say("job_last", at=_at(last["fire_time"], say), told=told)


def _at(told: str, say: Says) -> str:
    at = datetime.fromisoformat(told)
    return say("job_at", day=say(f"weekday_{at.isoweekday()}"), date=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}")
