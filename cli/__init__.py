"""The `cascadian` command."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence before newer syntax is met
    sys.exit("cascadian: Python 3.11 or newer is needed; this is " + sys.version.split()[0])
