"""Letters, slides, and files under a password, as their readers give them."""

import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.errors import Refused
from knowledge.reading.formats import File, Opened, open_file
from tests import papers

SMTP = email.policy.SMTP


def opened(message: EmailMessage, depth: int = 0) -> Opened:
    """A letter as its reader gives it."""
    return open_file(File("mail.eml", message.as_bytes(policy=SMTP), "hush", depth))


def test_a_letter_says_who_wrote_when() -> None:
    """Head and text are passages; the day is where they stand."""
    letter = opened(papers.letter("报价", "请在周五前报价。"))

    head, text = list(letter.blocks)

    assert ("报价", "sent 2026-07-01") == (letter.title, head.place)
    assert "From: Dana <dana@acme.example>\nTo: lin@seller.example\nDate: Wed, 01 Jul 2026 09:30:00 +0800\nSubject: 报价" == head.text
    assert "请在周五前报价。" == text.text.strip()


def test_a_letter_of_markup_alone_is_read_as_seen() -> None:
    """Of two versions the plain one is read, of one that one."""
    message = papers.letter()
    message.set_content("<p>Net <b>45</b></p><script>x()</script>", subtype="html")

    assert ["Net 45"] == [block.text for block in opened(message).blocks][1:]


def test_what_came_with_a_letter_is_read_by_itself() -> None:
    """With the letter's password, under a name that leads nowhere; two of one name are two."""
    message = papers.letter(contract_md=b"# Terms", contract_txt=b"Net 30")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="../../etc/contract.md")
    message.add_attachment(b"y", maintype="text", subtype="markdown", filename="contract.md")

    parts = list(opened(message).parts)

    assert ["contract.md", "contract.txt", ".._.._etc_contract.md", "contract (2).md"] == [part.name for part in parts]
    assert {("hush", 1)} == {(part.password, part.depth) for part in parts}


def test_a_letter_in_a_letter_is_a_letter() -> None:
    """Forwarded as a file, it is named by its subject."""
    message = papers.letter("Fwd")
    message.add_attachment(papers.letter("Inner"))

    (part,) = opened(message).parts

    assert ("Inner.eml", "Inner") == (part.name, open_file(part).title)


def test_letters_in_letters_come_to_an_end() -> None:
    """Nobody sends honest letters that deep."""
    with pytest.raises(Refused) as refused:
        opened(papers.letter(), depth=4)

    assert "nested" == refused.value.reason


def test_small_pictures_in_the_text_are_decoration() -> None:
    """A logo is no document, a photograph is one that waits."""
    message = papers.letter()
    message.add_related(b"\x89PNG logo", "image", "png", cid="<logo@a>")
    message.add_attachment(b"\x89PNG photo", maintype="image", subtype="png", filename="scan.png")

    assert ["scan.png"] == [part.name for part in opened(message).parts]


@pytest.mark.parametrize("text", [b"just words\n", b"\x01\x02 words", b"Content-Type: multipart/mixed\n\nno parts"])
def test_what_is_no_letter_is_refused(text: bytes) -> None:
    """Whatever its name says."""
    with pytest.raises(Refused):
        open_file(File("a.eml", text))


def test_slides_are_read_from_the_top_with_their_notes(tmp_path: Path) -> None:
    """Slide and title are where a passage stands."""
    deck = open_file(File("a.pptx", papers.pptx(tmp_path / "a.pptx").read_bytes()))

    assert "Renewals" == deck.title
    assert [
        ("slide 1", ("How we renew",), "How we renew"),
        ("slide 2", ("When",), "Ninety days before: the call.\nSixty days before: the quote."),
        ("slide 2 notes", ("When",), "Never later than 30 days."),
        ("slide 3", ("Prices",), "Part: S3 | Price: 6000 | Lead time: 3 weeks\nPart: S5 | Price: 9800 | Lead time: 5 weeks"),
    ] == [(block.place, block.headings, block.text) for block in deck.blocks]


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "pptx", "pdf"])
@pytest.mark.parametrize("password, expected", [("", "encrypted"), ("hash", "wrong_password"), ("hush", "")])
def test_a_locked_file_opens_with_its_password_alone(tmp_path: Path, suffix: str, password: str, expected: str) -> None:
    """And says which of the two is amiss."""
    path = tmp_path / f"a.{suffix}"
    if suffix == "pdf":
        papers.drawn(path, (72, 700, "Six thousand."), password="hush")  # noqa: S106 - invented
    else:
        papers.locked(getattr(papers, suffix)(path), "hush")

    try:
        told = "" if list(open_file(File(path.name, path.read_bytes(), password)).blocks) else "nothing"
    except Refused as refusal:
        told = refusal.reason

    assert expected == told


def test_a_workbook_locked_against_changes_alone_opens(tmp_path: Path) -> None:
    """Excel puts those under a password that it tries by itself."""
    path = papers.locked(papers.xlsx(tmp_path / "a.xlsx"), "VelvetSweatshop")

    assert list(open_file(File(path.name, path.read_bytes())).blocks)
