"""Tandem, a sales copilot that lives in WeCom and Slack: the application. Capabilities live in `skills`, documents in `knowledge`."""
