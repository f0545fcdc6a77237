"""A team in figures: what it made of what it was shown, how often it was spoken to. Never one person."""

from bot.domain.digest import Number
from skills.digest.desk import Desk, Part, Told


async def adoption(desk: Desk) -> Part | None:
    """How much of what the team was shown it used."""
    found = await desk.team.adoption(desk.window.first, desk.window.last)
    if found is None or not found.shown:
        return None
    share = round(100 * found.used / found.shown)
    facts = {"people": found.people, "active": found.active, "shown": found.shown, "used": found.used, "share": share}
    numbers = tuple(Number(one) for one in (found.active, found.shown, found.used))
    return Part(desk.say("adoption_title"), (Told(desk.say("adoption", **facts), desk.say("adoption_why", **facts), numbers),), aside=True)


async def interruptions(desk: Desk) -> Part | None:
    """How often its people were spoken to unasked."""
    found = await desk.team.interrupted(desk.window.first, desk.window.last)
    if found is None or not found.total or not found.people:
        return None
    each = f"{found.total / found.people:.1f}"
    facts = {"total": found.total, "people": found.people, "each": each, "most": found.most}
    numbers = (Number(found.total), Number(found.most))
    line = Told(desk.say("interruptions", **facts), desk.say("interruptions_why", **facts), numbers)
    return Part(desk.say("interruptions_title"), (line,), aside=True)
