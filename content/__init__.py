"""The knowledge: guides, places, words, safety; data with dates, and the code that reads it."""
