"""Tables of what communes set in the knowledge, and of questions it could not answer."""
