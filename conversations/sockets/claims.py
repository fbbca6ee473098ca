"""A frame that asks for a reply, as the claim it stands for."""

from __future__ import annotations

from chatsite.accounts.models import User
from conversations import protocol
from conversations.store.claims import Claim, Lease
from conversations.store.turns import turn_continue, turn_edit, turn_regenerate, turn_start

Asking = protocol.TurnStart | protocol.TurnEdit | protocol.TurnRegenerate | protocol.TurnContinue


def claim_for(frame: Asking, person: User, lease: Lease) -> Claim:
    """Store what the frame asks for. Runs in the database thread; raises Refused."""
    match frame:
        case protocol.TurnStart():
            return turn_start(
                person=person,
                client_id=frame.client_id,
                text=frame.text,
                conversation_id=frame.conversation,
                parent_id=frame.parent,
                model=frame.model,
                system_prompt=frame.system_prompt,
                parameters=frame.parameters,
                attachment_ids=frame.attachments,
                lease=lease,
            )
        case protocol.TurnEdit():
            return turn_edit(
                person=person,
                client_id=frame.client_id,
                message_id=frame.message,
                text=frame.text,
                attachment_ids=frame.attachments,
                lease=lease,
            )
        case protocol.TurnRegenerate():
            return turn_regenerate(
                person=person,
                client_id=frame.client_id,
                message_id=frame.message,
                model=frame.model,
                lease=lease,
            )
        case protocol.TurnContinue():
            return turn_continue(
                person=person, client_id=frame.client_id, message_id=frame.message, lease=lease
            )
