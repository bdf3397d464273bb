"""What torture and bench share: a fresh database, the real program as a process, the emulator as a process."""
