"""Runs a script of web/package.json with whichever Node there is: `python -m launcher.web_script check`."""

import os
import sys

from launcher.web_build import WEB, system_node, wheel_node

if __name__ == "__main__":
    node = system_node() or wheel_node()
    os.chdir(WEB)
    os.execvpe(node.npm[0], [*node.npm, "run", "--silent", *sys.argv[1:]], dict(node.env))
