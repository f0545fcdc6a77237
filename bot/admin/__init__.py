"""What admins do at their pages, a noun a module. Each verb takes the secret of a visit, and asks the door first. Knows no page."""
