"""Pictures and lists people send: fetched, opened without trust and read, in memory and for one turn only."""
