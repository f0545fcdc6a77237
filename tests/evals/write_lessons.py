"""Makes what the chooser ships with: the vectors of the manifests' examples, and what is learned from them. `make lessons`."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from bot.abilities import PORTS
from bot.brains.builtin import learning, lessons, traits
from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.manifests import load_manifests
from bot.places import PROMPTS, SKILLS
from bot.prompts import load_prompts


def examples() -> Mapping[str, Sequence[str]]:
    """Intent -> its examples, as they ship."""
    manifests = load_manifests(SKILLS, load_prompts(PROMPTS), PORTS).values()
    return {intent: said for one in manifests for intent, said in one.examples.items()}


async def main() -> None:
    """Keep the vectors that are there, make those that are missing, drop those of texts that are gone; learn from all."""
    embedder, said = BuiltinEmbedder(), examples()
    texts = [traits.nameless(text) for told in said.values() for text in told]
    kept = dict(lessons.read(lessons.SHIPPED, embedder.name))
    for text in lessons.missing(texts, kept):
        kept[lessons.key(text)] = np.asarray(await embedder.query(text), np.float32)
    await embedder.close()
    lessons.write(lessons.SHIPPED, embedder.name, {lessons.key(text): kept[lessons.key(text)] for text in texts})
    shipped = lessons.read(lessons.SHIPPED, embedder.name)
    learned = learning.fitted(said, np.array([shipped[lessons.key(text)] for text in texts]))
    learning.save(learning.SHIPPED, learned, learning.fingerprint(said))


if __name__ == "__main__":
    asyncio.run(main())
