"""The judging process: `python -m bot.weighing`. Hands each question to whoever judges accounts, and says the answer; knows neither."""

from importlib import import_module

from knowledge.wire import Wire

JUDGE = "skills.churn_risk.judging"


def main() -> None:
    """Answer until the parent hangs up."""
    wire, judge = Wire(), import_module(JUDGE)
    for question in wire.questions():
        wire.say(judge.answer(question))


if __name__ == "__main__":
    main()
