"""What one running server remembers, and the key it is kept under in the application."""

from dataclasses import dataclass, field

from aiohttp import web

from .ledger import Ledger
from .scenarios.attempts import Attempts
from .settings import Settings
from .stats import Stats


@dataclass
class State:
    """Everything is in memory and gone with the process."""

    settings: Settings
    stats: Stats = field(default_factory=Stats)
    ledger: Ledger = field(default_factory=Ledger)
    attempts: Attempts = field(default_factory=Attempts)


STATE = web.AppKey("state", State)
