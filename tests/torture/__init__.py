"""The program under fire: people write while it is killed, and what was promised is counted afterwards."""
