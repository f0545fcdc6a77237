"""What is odd about an opportunity, told and never decided: far off what is usual, behind the list price, a stage jumped, a day over."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.query import Row
from bot.domain.saying import Saying, number, text
from skills.capture.dates import late_signing
from skills.capture.deal import Deal, worth
from skills.capture.heard import Heard
from skills.capture.known import Known

STAGES = ("qualify", "proposal", "negotiation", "won")
FEWEST, FAR = 3, 5
"""So many earlier amounts tell what is usual; so many times more or less than that is far off."""
BELOW_LIST = 0.6
SURE = 0.7
"""A field that was read with less is told to be looked at."""
CHECKED = ("account", "contact", "amount", "product", "close_date")


@dataclass(frozen=True, slots=True)
class Doubts:
    """Doubts one deal."""

    said: Saying
    known: Known

    def of(self, deal: Deal, heard: Heard, usual: Sequence[float]) -> tuple[str, ...]:
        """Sentences, the gravest first. usual: amounts of the account's earlier opportunities in this currency."""
        found = (self._former(deal), self._usual(deal, usual), self._list(deal), self._jump(deal), self._late(heard), self._unsure(deal))
        return tuple(one for one in found if one)

    def _former(self, deal: Deal) -> str:
        return self.said.say("doubt_former") if deal.account and text(deal.account, "status") == "former" else ""

    def _usual(self, deal: Deal, usual: Sequence[float]) -> str:
        amount, currency = worth(deal)
        if "amount" not in deal.fields or amount is None or len(usual) < FEWEST:
            return ""
        middle, was = median(usual), number(deal.before, "amount") if deal.before else None
        if any(one / FAR <= amount <= one * FAR for one in (middle, was) if one):
            return ""
        return self.said.say("doubt_usual", usual=self.said.amount(middle, currency))

    def _list(self, deal: Deal) -> str:
        amount, currency = worth(deal)
        quantity, product = deal.fields.get("quantity"), self.known.products.get(str(deal.fields.get("product_name") or ""))
        price = number(product, f"list_price_{currency.lower()}") if product and currency else None
        if amount is None or price is None or not isinstance(quantity, int | float) or amount >= price * quantity * BELOW_LIST:
            return ""
        listed = price * quantity
        percent = round(100 - amount / listed * 100)
        return self.said.say("doubt_list", listed=self.said.amount(listed, currency), percent=percent)

    def _jump(self, deal: Deal) -> str:
        after = deal.fields.get("stage")
        before = text(deal.before, "stage") if deal.before else ""
        if after not in STAGES or before not in STAGES:
            return ""
        steps = STAGES.index(str(after)) - STAGES.index(before)
        if steps < 0:
            return self.said.say("doubt_back")
        return self.said.say("doubt_jump") if steps > 1 else ""

    def _late(self, heard: Heard) -> str:
        late = late_signing(heard)
        return self.said.say("doubt_late", day=self.said.day(late)) if late else ""

    def _unsure(self, deal: Deal) -> str:
        """What was read without being sure; a new person is told as new elsewhere."""
        unsure = [
            self.said.say(f"field_{name}") for name in CHECKED
            if (one := deal.told.fields.get(name)) and one.words and one.sure < SURE and (name != "contact" or deal.contact)
        ]
        return self.said.say("doubt_unsure", fields=self.said.say("list_comma").join(unsure)) if unsure else ""


def mended(deal: Deal) -> tuple[str, str] | None:
    """The account's name as it was heard, and as it is written, where those differ."""
    one = deal.told.fields.get("account")
    if one is None or deal.account is None or one.sure >= 0.9 or one.sure < SURE or not one.words:  # noqa: PLR2004 - written, or a person's name
        return None
    return one.words, _shorter(deal.account, one.words)


def _shorter(account: Row, words: str) -> str:
    short = text(account, "short_name")
    return short if short and len(words) <= len(short) else text(account, "name")
