"""One room a channel, and the one place where replies become what a channel can show."""
