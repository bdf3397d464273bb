"""How fast the program is, beside bare bots driven by the same driver in the same minutes."""
