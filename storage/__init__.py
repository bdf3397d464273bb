"""The memory: tables, transactions, statistics, migrations."""
