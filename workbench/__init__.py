"""Brings up real Odoo 19 from nothing: fetches it, keeps a private PostgreSQL, builds databases, serves, tests."""

import ast
import hashlib
import os
import sys
from pathlib import Path

# before anything is imported that an older one cannot read
if sys.version_info < (3, 11):
    sys.exit(
        f"This is Python {sys.version.split()[0]}; the workbench is made for 3.11 and 3.13.\n"
        "→ Call the same command with one of these: PYTHON=python3.11"
    )

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".workbench"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "product-service-assurance"
LAYOUT = "1"  # of .workbench; raised when an older one can't be used any more

ADDONS = ROOT / "addons"
TEST_ADDONS = ROOT / "tests" / "addons"
STOCK_APPS = (
    "sale_management",
    "sale_stock",
    "mrp",
    "mrp_subcontracting",
    "purchase_stock",
    "stock_dropshipping",
    "maintenance",
    "repair",
    "hr",
    "hr_skills",
    "spreadsheet_dashboard",
)
# apps that our bridges join or that meet our gates without one; they would change what the other tests meet, so they
# have a database of their own
BRIDGED_APPS = (
    "pos_sale",
    "website_sale_collect",
    "website_event_sale",
    "website_event_booth_sale",
    "sale_timesheet",
    "base_automation",
)


def own_addons(folder=ADDONS):
    """Names of the addons in a folder, in a stable order."""
    return sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))


def installable(apps, folders, among=ADDONS):
    """Of our addons those whose dependencies the apps bring along; the others are bridges to further apps.

    :param apps: names of the apps that are installed
    :param folders: where the manifests of Odoo's own addons lie
    :param among: the folder of ours that is asked about
    """

    def needs(name):
        for folder in (ADDONS, TEST_ADDONS, *folders):
            if (manifest := folder / name / "__manifest__.py").exists():
                return ast.literal_eval(manifest.read_text()).get("depends", [])
        return []

    def reach(names):
        found, left = set(), list(names)
        while left:
            if (name := left.pop()) not in found:
                found.add(name)
                left += needs(name)
        return found

    ours, there = set(own_addons()), reach(apps)
    return [name for name in own_addons(among) if reach([name]) - ours - {name} <= there]


def short_hash(*parts):
    """Eight hexadecimal digits that tell one content from another."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:8]
