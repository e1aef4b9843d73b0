"""Failures a person can do something about. The command line prints the sentence and exits with 1, without a traceback."""


class LauncherError(Exception):
    """One clear sentence: what is wrong and what to do."""


class PartFailed(LauncherError):
    """A part ended or did not become ready. The sentence names its log file and its last lines."""
