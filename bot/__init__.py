"""The wires: channels, inbox and outbox, workers, scheduler, web pages, settings, command line."""
