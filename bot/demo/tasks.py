"""What reps of the invented firm have to do: the next steps of deals that are about to be decided. Knows no story by name."""

from collections.abc import Sequence

from bot.demo.book import Book, day, owned_by, to
from bot.demo.days import Days
from bot.demo.pipeline import Deal

NEAR = "negotiation"
"""The stage in which reps note what they owe the customer."""
DONE_EACH = 2
"""Of those that are over, every second one was done; the others are overdue."""


def write_tasks(book: Book, made: Sequence[Deal], days: Days) -> None:
    """One task for each such deal, due on the day of its next step."""
    over = 0
    for deal in made:
        if deal.stage != NEAR or not deal.next_step or not deal.next_step_date:
            continue
        over += deal.next_step_date < days.today
        done = deal.next_step_date < days.today and over % DONE_EACH == 0
        book.add("task", {
            "subject": deal.next_step, **to("account", deal.firm.id, deal.firm.name), **to("contact", deal.person.id, deal.person.name),
            **to("opportunity", deal.id, deal.name), **owned_by(deal.firm.owner), "status": "done" if done else "open",
            "due_date": day(deal.next_step_date), "done_date": day(deal.next_step_date) if done else None,
        })
