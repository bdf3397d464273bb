"""The steps from one released schema to the next; each is written once and never changed."""
