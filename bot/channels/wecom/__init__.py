"""WeCom 企业微信: the self-built app (callbacks in, messages out) and the AI bot. Import it late: its vendors take time."""
