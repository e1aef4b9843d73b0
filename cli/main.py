"""Entry point of `cascadian`: commands, and failures told in one sentence with exit code 1."""

import sys

import typer
from pydantic import ValidationError

from cli import account_commands, doctor_command, instance_commands
from launcher.console import fail
from launcher.errors import LauncherError

commands = typer.Typer(
    help="Cascadian runs trading strategies on prediction markets around the clock.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands.command("up")(instance_commands.up)
commands.command("down")(instance_commands.down)
commands.command("status")(instance_commands.status)
commands.command("reset")(instance_commands.reset)
commands.command("doctor")(doctor_command.doctor)
commands.command("login-link")(account_commands.login_link)
commands.add_typer(account_commands.users, name="user")
commands.add_typer(account_commands.tokens, name="token")


def app() -> None:
    """Runs the command of `sys.argv`."""
    try:
        commands()
    except LauncherError as error:
        fail(str(error))
        sys.exit(1)
    except ValidationError as error:
        wrong = "; ".join(
            f"CASCADIAN_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors() if one["loc"]
        )
        fail(f"A setting is not valid. {wrong or error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
