"""Programs for those who build: run by hand, never by the product."""
