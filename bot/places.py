"""Where what ships lies."""

from pathlib import Path

HERE = Path(__file__).parent
SKILLS = HERE.parent / "skills"
PROMPTS = HERE.parent / "prompts"
KNOWLEDGE = HERE.parent / "knowledge"
CLAUSES = KNOWLEDGE / "clauses"
