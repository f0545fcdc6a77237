"""Every error raised on purpose, named by who acts next."""


class TandemError(Exception):
    """Root of the errors that Tandem raises on purpose."""


class TellUser(TandemError):
    """The person acts next: `key` names a sentence of `strings.toml`, `facts` fill it, in the person's language."""

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Unclear(TellUser):
    """What was said fits nothing, or several things."""


class NotAllowed(TellUser):
    """The person may not see or do this."""


class TooMany(TellUser):
    """The person, or their program, comes again in `retry_after_s` whole seconds; that is a fact of the sentence, too."""

    def __init__(self, key: str, /, *, retry_after_s: int, **facts: object) -> None:
        super().__init__(key, retry_after_s=retry_after_s, **facts)
        self.retry_after_s = retry_after_s


class Stale(TellUser):
    """The person acted on something that has changed, ended or expired since."""


class Unheard(TandemError):
    """Nobody acts: what came is kept and settled without a word. why: one word, for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Upstream(TandemError):
    """The scheduler acts next: a service outside failed, try again after `retry_after_s`, or give up aloud."""

    def __init__(self, service: str, retry_after_s: float = 1.0) -> None:
        super().__init__(service)
        self.service = service
        self.retry_after_s = retry_after_s


class ModelDown(Upstream):
    """A chat model gave nothing that can be used; the skill gives the builtin answer and says so.

    why: one word for the log and the decision: busy, failing, late, unreachable, key, refused, empty, misfit, too_much, cut, resting
    (too many failures, not asked), budget, rejected (the request does not suit the endpoint), unproven (its words had no ground).
    """

    def __init__(self, service: str, why: str, retry_after_s: float = 1.0) -> None:
        super().__init__(service, retry_after_s)
        self.why = why


class Undeliverable(TandemError):
    """A platform says that this message can never arrive, however often it is sent: it is dead, and why is kept for an admin.

    why: in words that an admin can act on; never what the message says.
    """

    def __init__(self, service: str, why: str) -> None:
        super().__init__(f"{service}: {why}")
        self.service = service
        self.why = why


class Unsure(TandemError):
    """A send may or may not have reached the other side: ask the platform, else ask a person; never resend blindly."""


class BadConfig(TandemError):
    """The operator acts next: `key` names a sentence that says what is wrong, in which file and key, and what to do."""

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(f"{key} {facts}")
        self.key = key
        self.facts = facts


class HomeHeld(BadConfig):
    """Another process holds this home and does not answer for it."""


class Refused(TandemError):
    """A file cannot be taken in: `reason` is a key of `strings.toml`, `facts` fill it."""

    def __init__(self, reason: str, /, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
