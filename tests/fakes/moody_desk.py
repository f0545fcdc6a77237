"""A child that answers, dies or falls silent, as it is told. The real wire; knows nothing to tell."""

import os
import time

from knowledge.wire import Wire


def main() -> None:
    """Answer until the parent hangs up."""
    wire = Wire()
    for question in wire.questions():
        if question["mood"] == "silent":
            time.sleep(60)
        if question["mood"] == "dead":
            os._exit(3)
        if question["mood"] == "noisy":
            print("a library says hello")  # noqa: T201 - what must not break the protocol
        wire.say({"step": 1})
        wire.say({"done": os.getpid()})


if __name__ == "__main__":
    main()
