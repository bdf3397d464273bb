"""Questions in people's own words: what they are about, and whether that is known for sure."""
