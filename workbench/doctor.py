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


def obtainable(packages):
    """Those of the packages that this machine's apt can install: Debian 13 has no wkhtmltopdf, for instance."""
    found = []
    for package in packages:
        policy = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True).stdout
        if policy and "Candidate: (none)" not in policy:
            found.append(package)
    return found


def install_missing():
    """Install what is missing where we may; otherwise leave it to the person."""
    missing = missing_packages()
    if not missing or not shutil.which("apt-get"):
        return missing
    prefix = [] if os.getuid() == 0 else ["sudo", "-n"]
    if prefix and (not shutil.which("sudo") or subprocess.run([*prefix, "true"], capture_output=True).returncode):
        return missing
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not obtainable(missing):  # perhaps only because the lists are not there yet
        subprocess.run([*prefix, "apt-get", "-q", "update"], env=environment, stdout=subprocess.DEVNULL)
    if packages := obtainable(missing):
        with step(f"Installing {', '.join(packages)}"):
            install = ["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages]
            if subprocess.run([*prefix, *install], env=environment, stdout=subprocess.DEVNULL).returncode:
                subprocess.run([*prefix, "apt-get", "-q", "update"], env=environment, stdout=subprocess.DEVNULL)
                subprocess.run([*prefix, *install], env=environment, stdout=subprocess.DEVNULL)
    return missing_packages()


def report():
    """Print what is missing.

    :return: exit code
    """
    missing = missing_packages()
    packages = obtainable(missing) if shutil.which("apt-cache") else missing
    if missing:
        print(f"Missing: {', '.join(missing)}")
    if packages:
        print(f"Install with:\n  sudo apt-get install {' '.join(packages)}")
    for package in set(missing) - set(packages):
        print(f"apt has no {package} here; if its lists are old: sudo apt-get update")
    if "wkhtmltopdf" in missing:
        print("Without wkhtmltopdf Odoo prints no PDF; all else works.")
    if not missing:
        print("Chromium, wkhtmltopdf and Chinese fonts are there.")
    for name in ("git", "apt-get", "dpkg"):
        if not shutil.which(name):
            print(f"{name} is missing; install it with the system's package manager, or set ODOO_SOURCE to a checkout.")
    return bool(missing)
