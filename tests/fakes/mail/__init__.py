"""Mail servers on this machine: a real one (aiosmtpd), and one that breaks off wherever a test wants it to."""
