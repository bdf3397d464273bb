"""Pictures people send: fetched, opened without trust, and read for QR codes, in memory and for one turn only."""
