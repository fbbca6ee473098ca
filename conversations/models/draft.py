"""A draft: what a person has typed and not sent yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.conversation import Conversation


class Draft(models.Model):
    """One per person and conversation; without a conversation, the one of the next new chat."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "conversation"], name="draft_per_conversation"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(conversation=None), name="draft_of_new_chat"
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.owner_id}"
