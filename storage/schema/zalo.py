"""Tables of the Zalo channels."""
