"""The bus: kept events, handed on inside this process. Knows the port `Events`; knows no event's meaning."""
