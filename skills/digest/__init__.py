"""The skill `digest`: what needs a person today, or what a week brought to their team."""
