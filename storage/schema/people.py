"""Tables of requests, shifts, sessions, plans and broadcasts."""
