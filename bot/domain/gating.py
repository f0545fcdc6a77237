"""What class a request or a draft is of, and why: the policy itself. Knows words, titles and figures; knows no store and no chat."""

from collections.abc import Mapping, Sequence

from bot.domain.plain import plain
from bot.domain.policy import Addressee, Authority, Gate, Ground, Reason
from bot.domain.titles import executives_in, is_executive


def gate_of_request(text: str, *, addressees: Sequence[Addressee] = (), authority: Authority, context: str = "") -> Gate:
    """Why what is asked for is of its class.

    text: the person's words. addressees: whom the records know it to go to. context: what is known beside it, in words, such as
    `NAME title=TITLE`; like the words it may raise the class and never lowers what they ask for.
    """
    del authority
    said = plain(f"{text}\n{context}")
    grounds = [Ground(Reason.EXEC_MESSAGE, one.words) for one in executives_in(said) if not one.ours]
    return Gate((*grounds, *_of(addressees)))


def gate_of_draft(
    entity: str, fields: Mapping[str, object], *, request: str = "", addressees: Sequence[Addressee] = (), authority: Authority
) -> Gate:
    """Why a proposed record is of its class: a letter by whom it goes to and what it says, a quote by its terms, others as writes.

    request: the words that it was asked for with, "" where there are none.
    """
    if entity not in {"letter", "quote"}:
        return Gate((Ground(Reason.CRM_WRITE),))
    return gate_of_request(f"{request}\n{fields.get('body') or ''}", addressees=addressees, authority=authority)


def _of(addressees: Sequence[Addressee]) -> list[Ground]:
    grounds = []
    for one in addressees:
        executive = one.executive or is_executive(one.title)
        if one.ours:
            grounds.append(Ground(Reason.INTERNAL_MESSAGE, one.name))
        elif executive or executive is None or not one.known:
            grounds.append(Ground(Reason.EXEC_MESSAGE if executive else Reason.UNKNOWN_ADDRESSEE, one.title or one.name))
        else:
            grounds.append(Ground(Reason.SEND_NONEXEC, one.title or one.name))
    return grounds
