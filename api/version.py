"""The version of this program, as installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("cascadian")
except PackageNotFoundError:
    VERSION = "0.0.0"
