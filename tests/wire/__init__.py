"""Golden transcripts over the real wire: the running program, the platforms' emulators, people who type and press."""
