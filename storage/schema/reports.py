"""Tables of reports as they were sent."""
