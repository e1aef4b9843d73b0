"""Where the database of this data folder is, for commands that speak to it."""

from config.settings import Settings
from launcher.data_folder import DataFolder
from launcher.errors import LauncherError
from launcher.parts import public_url
from launcher.state_file import PartState, live_state


def database_url(settings: Settings) -> str:
    """The named database, or the embedded one while it runs. Raises LauncherError when it does not."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    from launcher.postgres import EmbeddedPostgres

    folder = DataFolder(settings.data_dir)
    state = live_state(folder.state_file)
    for part in state.parts if state else ():
        if part.name == "postgres" and part.identity is not None and part.state is PartState.READY:
            return EmbeddedPostgres(folder.postgres, part.port).url
    raise LauncherError(
        f"Cascadian does not run on the data folder {folder.path}. Start it first: `make run`."
    )


def web_address(settings: Settings) -> str:
    """Of the running instance, else as the settings say."""
    state = live_state(DataFolder(settings.data_dir).state_file)
    return state.url if state else public_url(settings)
