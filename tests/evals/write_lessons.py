"""Makes the vectors of the examples in the manifests and keeps them with the chooser. `make lessons`, after an example was edited."""

import asyncio

import numpy as np

from bot.bootstrap import PORTS, PROMPTS, SKILLS
from bot.brains.builtin import lessons, traits
from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.manifests import load_manifests
from bot.prompts import load_prompts


def examples() -> list[str]:
    """Every example, as the chooser has it embedded."""
    manifests = load_manifests(SKILLS, load_prompts(PROMPTS), PORTS).values()
    return [traits.nameless(text) for one in manifests for said in one.examples.values() for text in said]


async def main() -> None:
    """Keep the vectors that are there, make those that are missing, drop those of texts that are gone."""
    embedder, texts = BuiltinEmbedder(), examples()
    kept = dict(lessons.read(lessons.SHIPPED, embedder.name))
    for text in lessons.missing(texts, kept):
        kept[lessons.key(text)] = np.asarray(await embedder.query(text), np.float32)
    lessons.write(lessons.SHIPPED, embedder.name, {lessons.key(text): kept[lessons.key(text)] for text in texts})
    await embedder.close()


if __name__ == "__main__":
    asyncio.run(main())
