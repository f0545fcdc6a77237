"""The batch task `gate`: a request and its context in, its class and grounds out. Knows the lines' fields; the policy is elsewhere."""

from collections.abc import Mapping
from typing import Any

from bot.domain.gating import gate_of_request
from bot.domain.policy import Authority


async def predict(line: Mapping[str, Any], context: Mapping[str, Any]) -> Mapping[str, object]:
    """The class of `request`, given what `context` of the line tells; `authority` of the context file says what a rep may promise."""
    gate = gate_of_request(line["request"], authority=_authority(context), context=line.get("context") or "")
    grounds = [{"reason": str(one.reason), "words": one.words} for one in gate.grounds]
    return {"id": line["id"], "expect": str(gate.review_class), "grounds": grounds}


def _authority(context: Mapping[str, Any]) -> Authority:
    told, usual = context.get("authority") or {}, Authority()
    return Authority(
        float(told.get("total_discount_max_pct", usual.discount_pct)),
        int(told.get("payment_terms_max_days", usual.payment_days)),
        int(told.get("warranty_max_months", usual.warranty_months)),
    )
