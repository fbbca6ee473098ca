"""Every limit the site puts on people and on sockets, in one frozen value: `settings.LIMITS`.

Each field can be set by the environment as CHATSITE_ and the field's name in capitals
(CHATSITE_MESSAGE_CHARACTERS=50000). Sizes are in the unit their name says, times in seconds.
"""

from dataclasses import dataclass, fields

from chatsite.env import BadSetting, Env

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits and their default values. A value equal to a limit is allowed, one more is refused."""

    # What one person may write.
    message_characters: int = 200_000
    title_characters: int = 200
    system_prompt_characters: int = 50_000
    presets_per_person: int = 50
    messages_per_branch: int = 2_000
    messages_per_conversation: int = 10_000

    # What one person may attach. A body that carries a file may be as long as the longest file.
    attachment_bytes: int = 20 * MIB  # of an image or a PDF
    attachment_text_bytes: int = 1 * MIB
    attachment_pixels: int = 40_000_000
    attachments_per_message: int = 8
    attachments_total_bytes: int = 200 * MIB  # of one person, as kept
    attachment_unsent_seconds: float = 86_400.0

    # What one websocket may do. A frame must hold the longest message with four bytes for each character.
    frame_bytes: int = 1_024 * KIB
    body_bytes: int = 2_048 * KIB  # of one HTTP request
    sockets_per_user: int = 20
    sockets_per_address: int = 100
    frames_per_second: int = 20
    frames_burst: int = 60
    unacked_frames: int = 16
    unacked_seconds: float = 20.0

    # How many replies are written at a time, and how long one more waits for its turn.
    running_per_user: int = 3
    running_total: int = 200
    queue_seconds: float = 30.0

    # What the functions may take that a model calls. `tools_seconds` is for all calls of a reply together,
    # counting the time in which at least one of them runs.
    tool_seconds: float = 30.0
    tools_seconds: float = 120.0
    tool_calls_per_round: int = 16
    tool_result_characters: int = 32_000
    tool_rounds: int = 8  # after them the model is asked once more, without tools
    tool_approval_seconds: float = 600.0
    turn_seconds: float = 1_800.0  # a whole reply, with all its rounds, tools and questions to the person

    # How often one reply can be sent again in one go, to see whether it repeats itself.
    replays_per_reply: int = 50

    # How often a process says that it still writes a reply, and how long its silence is believed.
    heartbeat_seconds: float = 5.0
    lease_seconds: float = 20.0

    # How long a stopping server lets running replies finish.
    grace_seconds: float = 10.0

    @classmethod
    def from_env(cls, env: Env) -> "Limits":
        """Read the limits; raises `BadSetting` for a value out of range or one that contradicts another."""
        values: dict[str, int | float] = {}
        for field in fields(cls):
            name = f"CHATSITE_{field.name.upper()}"
            default: int | float = getattr(DEFAULTS, field.name)
            if isinstance(default, int):
                values[field.name] = env.integer(name, default, low=1, high=2**30)
            else:
                values[field.name] = env.seconds(name, default)
        limits = cls(**values)  # type: ignore[arg-type]  # the loop above gives each field its own type
        limits._refuse_contradictions()
        return limits

    def _refuse_contradictions(self) -> None:
        needed = 4 * self.message_characters + 64 * KIB
        if self.frame_bytes < needed:
            raise BadSetting(
                f"CHATSITE_FRAME_BYTES is {self.frame_bytes}, but it must be at least {needed} "
                f"to carry a message of CHATSITE_MESSAGE_CHARACTERS ({self.message_characters})."
            )
        if self.lease_seconds < 2 * self.heartbeat_seconds:
            raise BadSetting(
                f"CHATSITE_LEASE_SECONDS is {self.lease_seconds:g}, but it must be at least twice "
                f"CHATSITE_HEARTBEAT_SECONDS ({self.heartbeat_seconds:g})."
            )


DEFAULTS = Limits()
