"""The addresses of the chat."""

from django.urls import path

from conversations.views import (
    attachments,
    changes,
    compare,
    context,
    details,
    instructions,
    pages,
    presets,
    previews,
    replays,
    schemas,
    tokens,
    use,
)

REPLAYS = "c/<uuid:id>/messages/<uuid:message_id>/replays"

urlpatterns = [
    path("", pages.chat, name="chat"),
    path("conversations", pages.conversation_rows, name="conversation_rows"),
    path("parameters", changes.check_parameters, name="parameters_check"),
    path("parameters/schema", schemas.check, name="schema_check"),
    path("presets", presets.save, name="preset_save"),
    path("presets/<uuid:id>", presets.contents, name="preset"),
    path("presets/<uuid:id>/rename", presets.rename, name="preset_rename"),
    path("presets/<uuid:id>/delete", presets.delete, name="preset_delete"),
    path("context", context.context, name="context"),
    path("use", use.use, name="use"),
    path("use.csv", use.use_csv, name="use_csv"),
    path("drafts", changes.save_draft, name="draft_save"),
    path("attachments", attachments.upload, name="attachment_upload"),
    path("attachments/<uuid:id>", attachments.file, name="attachment"),
    path("attachments/<uuid:id>/thumbnail", attachments.thumbnail, name="attachment_thumbnail"),
    path("attachments/<uuid:id>/remove", attachments.remove, name="attachment_remove"),
    path("c/<uuid:id>", pages.conversation, name="conversation"),
    path("c/<uuid:id>/messages/<uuid:message_id>/details", details.details, name="reply_details"),
    path("c/<uuid:id>/messages/<uuid:message_id>/compare", compare.compare, name="compare"),
    path("c/<uuid:id>/messages/<uuid:message_id>/tokens", tokens.tokens, name="tokens"),
    path(REPLAYS, replays.replays, name="replays"),
    path(f"{REPLAYS}/<uuid:replay_id>", replays.replay, name="replay"),
    path(f"{REPLAYS}/<uuid:replay_id>/results", replays.results, name="replay_results"),
    path(f"{REPLAYS}/<uuid:replay_id>/cancel", replays.cancel, name="replay_cancel"),
    path(f"{REPLAYS}/<uuid:replay_id>/runs/<int:number>", replays.run, name="replay_run"),
    path(f"{REPLAYS}/<uuid:replay_id>/runs/<int:number>/fork", replays.fork, name="replay_fork"),
    path("c/<uuid:id>/messages/<uuid:message_id>/context", previews.again, name="context_again"),
    path("c/<uuid:id>/instructions", instructions.instructions, name="instructions"),
    path("c/<uuid:id>/rename", changes.rename, name="conversation_rename"),
    path("c/<uuid:id>/settings", changes.configure, name="conversation_settings"),
    path("c/<uuid:id>/delete", changes.delete, name="conversation_delete"),
    path("c/<uuid:id>/restore", changes.restore, name="conversation_restore"),
]
