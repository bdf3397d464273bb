"""The talk: one conversation a file; knows no channel, no HTTP, no SQL."""
