"""How likely the model held each token of a reply: a row beside the generation, read only when asked for."""

from django.db import models

from conversations.models.generation import Generation


class TokenLogprobs(models.Model):
    """Written once, with the end of a reply whose request asked for them."""

    generation = models.OneToOneField(
        Generation, on_delete=models.CASCADE, primary_key=True, related_name="token_logprobs"
    )
    data = models.BinaryField(help_text="Compressed: see conversations.probabilities.")
    full = models.BooleanField(default=False, help_text="The reply had more tokens than are kept.")

    def __str__(self) -> str:
        return f"tokens of {self.generation_id}"
