"""A folder of invented papers in Chinese and English, the same every time. Knows how to fill pages; what they say means nothing."""

import random
from pathlib import Path

EN = (
    "The {part} holds {n} units at {t} degrees and reports every {s} seconds.",
    "Order {n} pieces or more and the list price of the {part} falls by {p} percent.",
    "Delivery of the {part} takes {s} working days after the deposit has arrived.",
    "The warranty of the {part} runs for {s} months from the day of delivery.",
)
ZH = (
    "{part}在{t}度下可连续工作{n}小时,每{s}秒上报一次。",
    "一次订购{part}满{n}件,目录价下浮{p}%。",
    "{part}收到定金后{s}个工作日内发货。",
    "{part}的保修期为交货之日起{s}个月。",
)
SECTIONS = 5
SENTENCES = 7


def write_papers(folder: Path, count: int) -> None:
    """Write `count` Markdown files of five sections each into `folder`, half of them Chinese."""
    chance = random.Random(20)
    folder.mkdir(parents=True)
    for number in range(count):
        zh = number % 2 == 0
        part = f"{'型号' if zh else 'model '}{chance.choice('KMNPQRTVXZ')}{number:03}"
        pages = [f"# {part}\n"]
        for section in range(1, SECTIONS + 1):
            facts = [
                chance.choice(ZH if zh else EN).format(
                    part=part, n=chance.randint(11, 990), t=chance.randint(20, 180), s=chance.randint(2, 60), p=chance.randint(2, 18)
                )
                for _ in range(SENTENCES)
            ]
            pages.append(f"## {section}\n\n{('' if zh else ' ').join(facts)}\n")
        (folder / f"paper-{number:03}.md").write_text("\n".join(pages), encoding="utf-8")
