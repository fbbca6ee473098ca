"""What the rows say a conversation shows, read beside the site, and a comparison with what a page shows."""

from __future__ import annotations

import json
from dataclasses import dataclass

from conversations.rendering import render_blocks
from tests.live.site import Site

BRANCH = """
WITH RECURSIVE branch(id, parent_id, depth) AS (
  SELECT m.id, m.parent_id, m.depth FROM conversations_message m
    JOIN conversations_conversation c ON c.current_leaf_id = m.id WHERE c.id = ?
  UNION ALL
  SELECT m.id, m.parent_id, m.depth FROM conversations_message m JOIN branch ON branch.parent_id = m.id
)
SELECT m.id, m.role, m.content, m.blocks, g.state FROM branch
  JOIN conversations_message m ON m.id = branch.id
  LEFT JOIN conversations_generation g ON g.message_id = m.id ORDER BY branch.depth
"""

# Blocks are compared as nodes, so that only real differences count: attributes have no order.
DIFFERENCE = """(stored) => {
  const articles = [...document.querySelectorAll('[data-log-inner] > article')];
  if (articles.length !== stored.length) return `${articles.length} messages shown, ${stored.length} stored`;
  const stands = (block, html) => {
    const template = document.createElement('template');
    template.innerHTML = html;
    template.content.normalize();
    const copy = block?.cloneNode(true);
    copy?.normalize();
    const [shown, wanted] = [copy?.childNodes ?? [], template.content.childNodes];
    return shown.length === wanted.length && [...wanted].every((node, at) => node.isEqualNode(shown[at]));
  };
  for (const [index, message] of stored.entries()) {
    const article = articles[index];
    const name = `message ${index + 1}`;
    if (article.dataset.message.replaceAll('-', '') !== message.id) return `${name} is another one`;
    if (message.role === 'user') {
      const shown = article.querySelector('.words-text').textContent;
      if (shown !== message.text) return `${name} shows ${shown.slice(0, 200)}`;
    } else {
      const { state } = article.dataset;
      if (state !== message.state) return `${name} is ${state}, not ${message.state}`;
      const shown = [...article.querySelectorAll('.prose > .block')];
      const wrong = message.blocks.findIndex((html, at) => !stands(shown[at], html));
      if (wrong >= 0) return `${name} shows ${shown[wrong]?.innerHTML}, stored is ${message.blocks[wrong]}`;
      const many = message.blocks.length;
      if (shown.length > many) return `${name} shows more than ${many} blocks`;
    }
  }
  return '';
}"""


@dataclass(frozen=True)
class Stored:
    """One message of the shown branch. `blocks`: for a reply, the safe HTML of each top-level block."""

    id: str
    role: str
    text: str
    state: str | None
    blocks: list[str]


def branch_of(site: Site, conversation: str) -> list[Stored]:
    """The shown branch of a conversation, oldest message first."""
    rows = site.rows(BRANCH, conversation.replace("-", ""))
    return [
        Stored(
            row["id"],
            row["role"],
            row["content"],
            row["state"],
            json.loads(row["blocks"])
            if row["blocks"]
            else render_blocks(row["content"], id_prefix=f"m{row['id'][:8]}-"),
        )
        for row in rows
    ]
