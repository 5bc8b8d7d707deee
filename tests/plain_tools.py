"""Modules of the addon's tools, without the addon (which would load Odoo)."""

import importlib
import sys
import types
from pathlib import Path

ROOT = Path(__file__).parents[1]


def tools(name):
    """A module of ``quality_service_guard/tools``."""
    package = "_quality_service_guard_tools"
    if package not in sys.modules:
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = [str(ROOT / "addons" / "quality_service_guard" / "tools")]
    return importlib.import_module(f"{package}.{name}")
