"""Gives an exported catalogue the translations back that it had before; run under Odoo's Python, which has polib.

Odoo opens the file that it exports to before it reads the translations of code from that very file, so they come
out empty.
"""

import sys
from pathlib import Path


def restore(before, after):
    """Fill what is empty in one catalogue from another; what was translated anew stays.

    :param before: path of the catalogue as it was
    :param after: path of the catalogue as exported
    """
    import polib  # of Odoo's environment

    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(before)) if entry.msgstr and not entry.fuzzy}
    catalogue = polib.pofile(str(after), wrapwidth=78)
    for entry in catalogue:
        if not entry.msgstr and entry.msgid in known:
            entry.msgstr = known[entry.msgid]
    catalogue.save(str(after))


if __name__ == "__main__":
    restore(*map(Path, sys.argv[1:]))
