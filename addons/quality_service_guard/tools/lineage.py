"""What lies above a record of a tree that Odoo keeps by ``parent_path``."""


def lineage(parent_path):
    """Ids from the root down to the record itself; none for a record that is not kept yet.

    >>> lineage("1/7/12/")
    [1, 7, 12]
    """
    return [int(step) for step in (parent_path or "").split("/") if step]
