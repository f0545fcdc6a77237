"""Where the truth is kept: inbox, decisions, drafts, records, outbox, events, documents. Knows SQL; knows no rule of selling."""
