"""Contracts whose words legal has agreed to, by the reviews that say so. Knows papers and reviews; judges no clause."""

import sqlite_utils

from bot.domain.gating import CONTRACT_PAPER
from bot.store.codec import load
from bot.store.papers import words_of
from bot.store.rows import every

APPROVED = """
    SELECT draft_revisions.evidence FROM reviews
    JOIN drafts ON drafts.id = reviews.draft_id AND drafts.entity = 'contract' AND drafts.state = 'saved'
    JOIN draft_revisions ON draft_revisions.draft_id = reviews.draft_id AND draft_revisions.revision = reviews.revision
    JOIN records ON records.id = drafts.record_id AND records.erased_at IS NULL
    WHERE reviews.state = 'approved' AND reviews.reasons LIKE '%"contract_risk"%' AND json_extract(records.body, '$.account') = :account
    ORDER BY reviews.opened_at DESC LIMIT :limit"""
LOOKED_AT = 50


def was_agreed_to(database: sqlite_utils.Database, paper: str, account: object) -> bool:
    """Whether legal agreed to a contract of this account that has the very words of this paper.

    paper: the id of a `KeptPaper`. Blanks do not count; whatever else differs, legal has not seen.
    """
    words = words_of(database, paper)
    if not words or not account:
        return False
    rows = every(database, APPROVED, {"account": account, "limit": LOOKED_AT})
    papers = {ground["ref"] for row in rows if (ground := load(row["evidence"]).get(CONTRACT_PAPER))}
    return any(words_of(database, one) == words for one in papers)
