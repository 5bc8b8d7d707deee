"""What is missing on this machine, and the one line that mends it."""

import os
import shutil
import subprocess

from .console import step
from .testing import BROWSERS

PACKAGES = {"chromium": BROWSERS, "wkhtmltopdf": ("wkhtmltopdf",)}


def missing_packages():
    """Debian packages that are missing for browser tests, PDF and Chinese text."""
    missing = [package for package, names in PACKAGES.items() if not any(shutil.which(name) for name in names)]
    fonts = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True).stdout
    return missing + ([] if fonts else ["fonts-noto-cjk"])


def install_missing():
    """Install what is missing where we may; otherwise leave it to the person."""
    missing = missing_packages()
    if not missing or not shutil.which("apt-get"):
        return missing
    prefix = [] if os.getuid() == 0 else ["sudo", "-n"]
    if prefix and subprocess.run([*prefix, "true"], capture_output=True).returncode:
        return missing
    with step(f"Installing {', '.join(missing)}"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            subprocess.run([*prefix, "apt-get", "-q", *command], env=environment, stdout=subprocess.DEVNULL)
    return missing_packages()


def report():
    """Print what is missing.

    :return: exit code
    """
    missing = missing_packages()
    if missing:
        print(f"Missing: {', '.join(missing)}\nInstall with:\n  sudo apt-get install {' '.join(missing)}")
    else:
        print("Chromium, wkhtmltopdf and Chinese fonts are there.")
    for name in ("git", "apt-get", "dpkg"):
        if not shutil.which(name):
            print(f"{name} is missing; install it with the system's package manager, or set ODOO_SOURCE to a checkout.")
    return bool(missing)
