"""Two years of touchpoints with notes that say something. Knows how reps write; knows no story by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo.book import Book, Fields, owned_by, to
from bot.demo.days import Days, moment
from bot.demo.dice import dice
from bot.demo.people import Firm, Person
from bot.demo.pipeline import Deal, price_list
from bot.demo.stories import Cast, told_course, told_talk
from bot.demo.texts import lists, word, words
from bot.domain.talk import Lang

TOUCHPOINTS = 3000
SPAN_DAYS = 728
QUIET_DAYS = 135  # firms of the stories have only their own talks within these
WEIGHT = {"A": 5, "B": 3, "C": 2}
WEIGHT_PROSPECT = 0.5
KINDS = {"call": 26, "meeting": 16, "demo": 8, "email": 18, "message": 18, "visit": 12, "complaint": 2}
CHANNEL_OF = {
    "call": ("phone",), "meeting": ("visit", "video", "video"), "demo": ("video", "visit", "event"), "email": ("email",),
    "visit": ("visit",), "complaint": ("phone", "email"),
}
MINUTES = {"call": (4, 35), "meeting": (25, 110), "demo": (30, 90), "visit": (40, 180), "complaint": (5, 25)}
HOURS = {"emea": (7, 15), "north_america": (14, 22)}  # of the working day, UTC; elsewhere that of China
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLAIN = {"M": 1_000_000, "k": 1_000}
LOST_TALK_DAYS = 20
TRIES = 12


@dataclass(frozen=True, slots=True)
class Scene:
    """Who talked, when, how, and about what. phase: of the sale, which decides what is said."""

    firm: Firm
    person: Person
    deal: Deal | None
    on: date
    kind: str
    phase: str


def write_touchpoints(book: Book, listed: Sequence[Firm], made: Sequence[Deal], people: Cast) -> None:
    """Write down 3,000, oldest first; no note twice."""
    found = [*told_talk(people, made)]
    seen = {str(fields["note"]) for fields in found}
    by_firm = {firm.id: [deal for deal in made if deal.firm.id == firm.id] for firm in listed}
    for firm, count in _shares(listed, TOUCHPOINTS - len(found)):
        found += [_touchpoint(firm, by_firm[firm.id], number, people.days, seen) for number in range(count)]
    found.sort(key=lambda fields: (str(fields["happened_at"]), str(fields["note"])))
    for fields in found:
        book.add("touchpoint", fields)


def _shares(listed: Sequence[Firm], total: int) -> list[tuple[Firm, int]]:
    """How many of `total` belong to each firm: large firms and customers are talked to more."""
    weights = [WEIGHT[firm.tier] * (1 if firm.status == "customer" else WEIGHT_PROSPECT) for firm in listed]
    counts = [int(total * weight / sum(weights)) for weight in weights]
    for place in range(total - sum(counts)):
        counts[place % len(counts)] += 1
    return list(zip(listed, counts, strict=True))


def _touchpoint(firm: Firm, made: Sequence[Deal], number: int, days: Days, seen: set[str]) -> Fields:
    rolled = dice("talk", firm.name, number)
    latest = QUIET_DAYS if told_course(firm) else 400 if firm.status == "former" else 1
    on = days.working(rolled.randint(latest, SPAN_DAYS))
    deal, phase = _about(made, on, rolled)
    kind = rolled.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "complaint" and phase != "won":
        kind = "call"
    working = [person for person in firm.people if not person.executive] or [*firm.people]
    person = deal.person if deal and rolled.random() < 0.7 else rolled.choice(working)  # noqa: PLR2004 - mostly the one it hangs on
    scene = Scene(firm, person, deal, on, kind, phase)
    minutes = rolled.randint(*MINUTES[kind]) if kind in MINUTES else None
    low, high = HOURS.get(firm.region, (1, 9))
    chat = ("wecom",) if firm.lang is Lang.ZH else ("slack", "slack", "email")
    return {
        **to("account", firm.id, firm.name), **to("contact", person.id, person.name),
        **to("opportunity", deal.id if deal else None, deal.name if deal else None), **owned_by(firm.owner),
        "channel": rolled.choice(CHANNEL_OF.get(kind, chat)), "kind": kind,
        "happened_at": moment(on, rolled.randint(low, high), rolled.randrange(60)).isoformat(), "minutes": minutes,
        "note": _fresh_note(scene, minutes, rolled, days.today, seen),
    }


def _about(made: Sequence[Deal], on: date, rolled: Random) -> tuple[Deal | None, str]:
    """The opportunity that was alive on that day and how far it was; else after-sales talk, else first contact."""
    alive = [deal for deal in made if deal.created <= on and (deal.is_open or on <= deal.close)]
    if alive:
        deal = rolled.choice(alive)
        if deal.stage == "lost" and (deal.close - on).days < LOST_TALK_DAYS:
            return deal, "lost"
        return deal, _phase(deal, on)
    won = [deal for deal in made if deal.stage == "won" and deal.close < on]
    return (rolled.choice(won), "won") if won else (None, "qualify")


def _phase(deal: Deal, on: date) -> str:
    """How far a sale was on a day: thirds of the way to where it stands now."""
    order = ("qualify", "proposal", "negotiation")
    if deal.is_open:
        return deal.stage if on >= deal.stage_since else order[max(0, order.index(deal.stage) - 1)]
    length = max(1, (deal.close - deal.created).days)
    return order[min(2, (on - deal.created).days * 3 // length)]


def _fresh_note(scene: Scene, minutes: int | None, rolled: Random, today: date, seen: set[str]) -> str:
    """A note that nobody wrote before."""
    note = _note(scene, minutes, rolled, today)
    for _ in range(TRIES):
        if note not in seen:
            break
        note = _note(scene, minutes, rolled, today)
    seen.add(note)
    return note


def _note(scene: Scene, minutes: int | None, rolled: Random, today: date) -> str:
    told = lists(f"notes_{scene.firm.lang}")
    what = "complaint" if scene.kind == "complaint" else scene.phase
    after = told["then"]["complaint" if scene.kind == "complaint" else "any"]
    text = rolled.choice(told["opener"][scene.kind]) + rolled.choice(told["said"][what])
    if rolled.random() < 0.85:  # noqa: PLR2004 - some notes stop there
        text += ("" if scene.firm.lang is Lang.ZH else " ") + rolled.choice(after)
    return text.format_map(_facts(scene, minutes, rolled, today))


def _facts(scene: Scene, minutes: int | None, rolled: Random, today: date) -> dict[str, object]:
    """What a sentence may speak of; figures that do not come from a record are small talk of the site."""
    firm, deal, zh = scene.firm, scene.deal, scene.firm.lang is Lang.ZH
    product = deal.product if deal else price_list()["S3"]
    quantity = deal.quantity if deal else rolled.randrange(20, 120, 4)
    ahead = scene.on + timedelta(days=rolled.randint(2, 18))
    name = scene.person.name if not zh or rolled.random() < 0.3 else scene.person.name[0] + _manner(scene.person.title)  # noqa: PLR2004
    return {
        "contact": name, "site": firm.site, "line": firm.line, "pain": firm.pain,
        "product": product.code if product.category in {"sensor", "gateway"} else "S3",
        "competitor": (deal.competitor if deal else None) or rolled.choice(lists("deals")[str(firm.lang)]["competitor"]),
        "quantity": quantity, "more": round(quantity * 1.5), "amount": _money(deal, firm.lang), "unit": product.prices["CNY"],
        "unit_word": words(firm.lang, "unit")[product.category], "minutes": minutes or rolled.randint(5, 30),
        "loss": rolled.randrange(30, 400, 10), "trial": rolled.randint(4, 24), "machines": rolled.randint(6, 60),
        "gap": rolled.randint(4, 19), "discount": rolled.randint(2, 6),
        "days": rolled.randrange(10, 90, 5), "few": rolled.randint(2, 9),
        "when": _day(ahead, today, zh=zh),
    }


def _manner(title: str) -> str:
    """How people call somebody with that title, after the family name."""
    known = words("zh", "manner")
    return next((manner for ending, manner in known.items() if title.endswith(ending)), title[-2:])


def _day(on: date, today: date, *, zh: bool) -> str:
    if zh:
        return f"{on.month}月{on.day}日"
    return f"{on.day} {MONTH_NAMES[on.month - 1]}" + ("" if on.year == today.year else f" {on.year}")


def _money(deal: Deal | None, lang: Lang) -> str:
    """An amount as people say it: 120万, $120k."""
    if deal is None:
        return word(lang, "quote")
    if lang is Lang.ZH:
        return f"{deal.amount / 10_000:.4g}万"
    sign = {"USD": "$", "EUR": "€"}[deal.firm.currency]
    unit = "M" if deal.amount >= PLAIN["M"] else "k"
    return f"{sign}{deal.amount / PLAIN[unit]:.4g}{unit}"
