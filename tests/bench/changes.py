"""`python -m tests.bench.changes [CHANGE]`: sentences of the log told otherwise, and how many of them are then read
with a wrong number of people that nobody is asked about; with the name of a change, those sentences.
"""

import sys

from tests.content.logline.changes import CHANGES, look
from tests.content.logline.sentences import log_reader, read_sentences


def main() -> None:
    """Prints the table, or the sentences of one change."""
    sentences = read_sentences()
    print(f"{'':<20}{'sentences':>10}{'silent':>8}{'asked':>8}")
    for change in sys.argv[1:] or CHANGES:
        found = look(log_reader(), sentences, change)
        print(f"{change:<20}{found.total:>10}{len(found.silent):>8}{found.asked:>8}")
        if sys.argv[1:]:
            print("\n".join(found.silent))


if __name__ == "__main__":
    main()
