"""Zalo Bot: a bot of a personal Zalo account, for members and officers; plain text, numbers instead of buttons."""
