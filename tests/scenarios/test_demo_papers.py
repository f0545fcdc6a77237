"""The invented firm's documents, in every format, through the real reader: all of them are in, each for those it is meant for."""

from datetime import date
from pathlib import Path

import pytest

from bot.demo.documents import filings
from bot.domain.paper import Letter, Paper
from bot.render.files import write_filings
from tests.libraries import OWNER, REP, Shelved

TODAY = date(2026, 8, 4)


@pytest.mark.slow
async def test_every_document_of_the_firm_is_taken_in(tmp_path: Path) -> None:
    """What came with letters, too; a paper for managers is no rep's, and a figure in a sheet, a slide, a table is found with its column."""
    home, folder = tmp_path / "home", tmp_path / "papers"
    home.mkdir()
    firm = filings(TODAY)
    write_filings(folder, firm)
    attached = sum(len(filing.content.attachments) for filing in firm if isinstance(filing.content, Letter))
    kept_back = {filing.name for filing in firm if isinstance(filing.content, Paper) and filing.content.front.audience}
    shelved = Shelved(home, max_file_mb=50)

    steps = await shelved.ingest(folder)
    seen = {document.source for document in await shelved.library.documents(OWNER)}
    shown = {document.source for document in await shelved.library.documents(REP)}
    found = await shelved.library.for_speaker(REP).search("P1 平台不可用 响应", 5)
    await shelved.close()

    outcomes = [step.outcome for step in steps if step.stage == "words"]
    assert ["added"] * (len(firm) + attached) == outcomes
    assert {filing.name for filing in firm} <= seen
    assert set() != kept_back - shown
    assert seen - shown <= kept_back
    assert [] != [one for one in found if "级别: P1 | 含义: 平台不可用或大面积离线 | 响应: 30分钟" in one.text]
