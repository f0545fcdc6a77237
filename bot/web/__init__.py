"""What is served over HTTP, in a process of its own: health and numbers now; pages, webhooks and the API join here."""
