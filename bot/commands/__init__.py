"""The commands of `smoody`, one module a subject. Heavy imports stand inside the functions that need them."""

from bot.logs import set_up_logs
from bot.settings import Settings, load_settings


def prepared(*, quiet: bool = True) -> Settings:
    """The settings, with logs set up as they say; ``quiet`` for commands whose output a person or a program reads."""
    settings = load_settings()
    set_up_logs(settings.log_format, quiet=quiet)
    return settings
