"""How much of what must not leave a house is found, and that none of it arrives at an endpoint."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.brains.masking import Mask
from tests.evals.private import WITH_CHECK_FIGURES, Private, ours, synthetic
from tests.fakes.chat_endpoint import chat_endpoint, said_to
from tests.fakes.chats import ANSWER, bench

pytestmark = pytest.mark.eval


async def test_what_must_not_leave_is_masked_and_does_not_arrive(evals_dir: Path) -> None:
    """Recall by kind over both sources, and the bodies that a real server received."""
    lines = [*ours(), *synthetic(evals_dir)]
    for kind in sorted({one.kind for one in lines}):
        of_kind = [one for one in lines if one.kind == kind]
        print(f"\n{kind}: {_recall(of_kind):.3f} of {len(of_kind)}", end="")
    async with chat_endpoint(lambda _: "{}") as server:
        asked = bench(server, timeout_s=60)
        for one in lines:
            await asked.model.fill(ANSWER, {"question": one.text, "passages": ""}, {"type": "object"})
        await asked.endpoint.close()
    arrived = [one for one, body in zip(lines, server.bodies, strict=True) if one.words in said_to(body)]
    print(f"\narrived: {[one.words for one in arrived]}")

    assert _recall([one for one in lines if one.kind in WITH_CHECK_FIGURES]) >= 0.97
    assert _recall([one for one in lines if one.kind in {"PHONE", "EMAIL"}]) >= 0.95
    assert [] == arrived


def _recall(lines: Sequence[Private]) -> float:
    return sum(one.words not in Mask().on(one.text) for one in lines) / len(lines)
