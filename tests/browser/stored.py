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

# Blocks are compared as the browser itself writes them out, so that only real differences count.
DIFFERENCE = """(stored) => {
  const articles = [...document.querySelectorAll('[data-log-inner] > article')];
  if (articles.length !== stored.length) return `${articles.length} messages shown, ${stored.length} stored`;
  const plain = (html) => {
    const template = document.createElement('template');
    template.innerHTML = html;
    return template.innerHTML;
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
      const shown = [...article.querySelectorAll('.prose > .block')].map((block) => block.innerHTML);
      const wanted = message.blocks.map(plain);
      const wrong = wanted.findIndex((html, block) => html !== shown[block]);
      if (wrong >= 0) return `${name} shows ${shown[wrong]}, stored is ${wanted[wrong]}`;
      if (shown.length > wanted.length) return `${name} shows ${shown.length} blocks, not ${wanted.length}`;
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
