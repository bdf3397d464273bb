"""Tables of the check of payment codes."""
