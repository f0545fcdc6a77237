"""The fields that a house added, through the store: held, filled in, saved and asked about with what they mean."""

from bot.domain.drafted import draft_of, told_rows
from bot.domain.filling import sections_of
from bot.domain.ids import RecordId, UserId
from bot.domain.outcome import Draft, Proposal
from bot.domain.own_fields import OwnField, OwnFields, OwnType, OwnValue
from bot.domain.people import Role, User
from bot.domain.permissions import Permissions
from bot.domain.query import Filter, Op, Query
from bot.domain.records import Cause, HeldDraft
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.domain.written import read_in
from bot.store.drafts import SqliteDrafts
from bot.store.gate import PolicyGate
from bot.store.queries import SqliteQueries
from tests.contracts.house import HEARD, LIN, Stores

OWN = OwnFields((
    OwnField("line_count", "产线数量", "Number of lines", OwnType.NUMBER),
    OwnField(
        "plant", "项目性质", "Project type", OwnType.CHOICE,
        (OwnValue("new_plant", "新建", "greenfield"), OwnValue("retrofit", "改造", "retrofit")),
    ),
))  # fmt: skip
ACCOUNT = RecordId("account-1")
DEAL = Draft(
    "New deal", "opportunity", {"name": "S3", "account": ACCOUNT, "owner": LIN, "line_count": 3, "plant": "retrofit"},
    {"line_count": HEARD}, shows=("line_count",), own=OWN.fields,
)  # fmt: skip


def drafts_of(stores: Stores) -> SqliteDrafts:
    """The drafts of a house with fields of its own."""
    gate = PolicyGate(Permissions(schema=OWN.schema()))
    return SqliteDrafts(stores.database, stores.clock, stores.ids, gate, own=OWN.fields)


async def held(stores: Stores, draft: Draft = DEAL) -> HeldDraft:
    """The draft as such a house holds it."""
    found = await drafts_of(stores).draft((await stores.drafted(draft)).id)
    assert found is not None
    return found


async def test_a_card_tells_them_by_their_labels(stores: Stores) -> None:
    """Also where it waits to be delivered."""
    await stores.drafted(DEAL)

    outcome = (await stores.claim_one()).outcome

    assert isinstance(outcome, Draft)
    assert [("产线数量", "3", True), ("项目性质", "改造", False)] == [
        (row.name, row.value, row.proven) for row in told_rows(outcome, Lang.ZH, leave_out=("name", "account"))
    ]


async def test_a_form_asks_for_them(stores: Stores) -> None:
    """Of a new deal said or not, beside another record too; of a change what is changed."""
    bare = Draft("New firm", "account", {"name": "Acme"}, also=(Proposal("deal", "opportunity", {"name": "S3"}),))
    change = Draft("Change", "opportunity", {"plant": "retrofit"}, record_id=ACCOUNT)
    await stores.records.put("opportunity", {"name": "S3"}, cause=Cause("system"), record_id=ACCOUNT)
    drafts = [draft_of(await held(stores, one)) for one in (bare, change)]
    new, changed = ([one.name for section in sections_of(draft, Lang.EN) for one in section.inputs] for draft in drafts)

    assert ({"deal.line_count", "deal.plant"} <= {*new}, ["plant"]) == (True, changed)


async def test_what_is_filled_in_is_read_by_its_type(stores: Stores) -> None:
    """A choice by what people call it; what is no value is named."""
    draft = await held(stores)

    read = read_in("opportunity", [("line_count", "4 条"), ("plant", "新建")], draft.also, draft.own)
    wrong = read_in("opportunity", [("line_count", "many"), ("plant", "blue")], draft.also, draft.own)

    assert ({"line_count": 4, "plant": "new_plant"}, ()) == read
    assert ({}, ("line_count", "plant")) == wrong


async def test_they_are_saved_and_can_be_asked_about(stores: Stores) -> None:
    """By the person who told them, as any other field of the record."""
    queries = SqliteQueries(stores.database, OWN.schema())
    await stores.users.seed([User(LIN, "Lin", "lin@x.com", Role.REP, "east", "UTC", {})])
    await stores.records.put("account", {"name": "Acme", "owner": LIN}, cause=Cause("system"), record_id=ACCOUNT)
    draft = await held(stores)

    changed = await drafts_of(stores).edit(draft.id, 1, LIN, {"line_count": 4}, turn_id=stores.turn())
    await drafts_of(stores).save(draft.id, changed.revision, LIN, turn_id=stores.turn())

    asked = Query("opportunity", (Filter("line_count", Op.GTE, 4), Filter("plant", Op.EQ, "retrofit")))
    found = await queries.within(Scope(UserId(""), "", "UTC")).ask(asked)
    assert [(4, "retrofit")] == [(row.fields["line_count"], row.fields["plant"]) for row in found.rows]
