// Wiring of writing: the composer, its draft, the turns it starts, and the conversation these belong to.

import { FileGate } from "./attaching.js";
import { NextMessage } from "./next_message.js";
import { WordGuard } from "./word_guard.js";

const BRANCHED = "The conversation had moved on elsewhere, so this is a branch beside it. The arrows under a message lead there.";

/**
 * @param {object} parts  composer, tray, drafts, turns, pending, watch, replies, transcript, options, sidebar, toasts, status,
 *   offer (the question about the word JSON), next (the line of a message that waits)
 * @param {HTMLElement} inner  the element that holds the articles
 * @param {(id: string) => string} address  of a conversation
 * @returns {() => void}  settles what the composer offers; to be called when something outside changed
 */
export function wireWriting(parts, inner, address) {
  const { composer, tray, drafts, turns, pending, watch, replies, transcript, options, sidebar, toasts, status, offer, next } = parts;

  // Send or Stop: it follows from what is on its way and what is being written.
  const settle = () => {
    composer.state = replies.current(inner) ? "running" : turns.sending(watch.conversation) ? "sending" : "idle";
  };

  // The first message of a new chat is stored: from now on this page is that conversation.
  const become = (id) => {
    history.pushState(null, "", address(id));
    options.address = address(id);
    drafts.moveTo(id);
    sidebar.current = id;
    watch.become(id);
  };

  const fill = (text) => {
    waiting.drop();
    composer.text = text;
    drafts.changed(text);
    composer.focus();
  };

  const send = (text, files) => {
    const conversation = watch.conversation || null;
    const system_prompt = conversation ? null : options.systemPrompt;
    const parameters = conversation ? null : options.parameters;
    turns.message({ text, conversation, parent: transcript.last, model: options.model, system_prompt, parameters }, files);
    settle();
  };

  const sendTyped = (text) => {
    send(text, tray.take());
    composer.text = "";
    drafts.changed("");
  };

  const waiting = new NextMessage(next, parts, sendTyped);
  const go = (text) => waiting.holds(text) || sendTyped(text);

  const said = () => [options.systemPrompt, ...[...inner.querySelectorAll(".words-text")].map((words) => words.textContent)];
  const needsWord = () => options.responseFormat === "json_object";
  const guard = new WordGuard(offer, needsWord, said, (addition) => {
    fill([composer.text.trim(), addition].filter(Boolean).join("\n\n"));
    go(composer.text);
  });

  composer.addEventListener("typed", ({ detail }) => {
    guard.drop();
    drafts.changed(detail);
  });
  composer.addEventListener("stop", () => replies.stopAll(inner));
  const gate = new FileGate(composer, tray);
  composer.addEventListener("send", ({ detail: text }) => waiting.waits || gate.holds() || guard.holds(text) || go(text));
  inner.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-mend]") || replies.current(inner) || turns.sending(watch.conversation)) return;
    target.disabled = true;
    send(target.dataset.mend);
  });
  inner.addEventListener("click", ({ target }) => target.matches("[data-starter]") && fill(target.textContent));

  turns.addEventListener("settled", ({ detail: { entry, accepted } }) => {
    const starts = entry.frame.type === "turn.start";
    if (starts && !entry.frame.conversation && !watch.conversation) become(accepted.conversation);
    if (starts && accepted.conversation === watch.conversation) pending.accept(accepted, entry.frame.model);
    else if (starts) pending.remove(entry.id);
    if (accepted.branched) composer.hint(BRANCHED, "", "Sent, on a branch of its own.");
    settle();
  });
  turns.addEventListener("taken-back", ({ detail: { text, files } }) => {
    tray.restore(files);
    fill(composer.text ? `${text}\n\n${composer.text}` : text);
    settle();
  });
  turns.addEventListener("refused", ({ detail }) => toasts.trouble(detail.refused));
  watch.addEventListener("moved", settle);
  composer.addEventListener("hinted", ({ detail }) => status.say(detail));

  drafts.files = () => tray.files;
  restoreDraft(parts);
  tray.addEventListener("changed", () => drafts.changed(composer.text)); // from now on: what was restored is no change
  turns.restore(watch.conversation);
  settle();
  return settle;
}

// What somebody typed before this ran is newer than any draft; the files of the draft stay with it.
function restoreDraft({ composer, tray, drafts }) {
  const stored = { text: composer.text, files: JSON.parse(tray.stored || "[]") };
  const { text, files } = drafts.newest(stored);
  if (!composer.touched) composer.text = text;
  if (files.length) tray.restore(files);
  if (composer.touched) drafts.changed(composer.text);
}
