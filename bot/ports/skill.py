"""What a skill is."""

from collections.abc import Awaitable, Callable

from bot.domain.outcome import Outcome

Skill = Callable[..., Awaitable[Outcome]]
"""`async def run(turn, *, port=..., ...) -> Answer | Draft`: gets the ports that its manifest names, and no others."""
