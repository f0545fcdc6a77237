"""Mail by SMTP: a released letter becomes a mail and is handed to the server, once. Knows no review and no chat."""
