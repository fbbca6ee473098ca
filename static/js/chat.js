// The chat page: makes the parts and connects them. What each does stands in its own module.

import { Actions } from "./actions.js";
import { wireFiles } from "./attaching.js";
import { Band } from "./band.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { wireContext } from "./context.js";
import { wireContextAgain } from "./context_again.js";
import { Drafts } from "./drafts.js";
import { Editing } from "./editing.js";
import { Editor } from "./editor.js";
import { wireSettings } from "./instructions.js";
import { saveJson } from "./json_file.js";
import { wireMenus } from "./menus.js";
import { Options } from "./options.js";
import { Outbox } from "./outbox.js";
import { Pager } from "./pager.js";
import { showSignedOut, showTitle, watchBrowser, wireDialogs, wireShortcuts, wireTheme } from "./page.js";
import { wirePanel } from "./panel.js";
import { PendingMessages } from "./pending.js";
import { post, probe } from "./post.js";
import { Replies } from "./replies.js";
import { replyDialogs } from "./reply_dialogs.js";
import { wireRows } from "./rows.js";
import { Scroll } from "./scroll.js";
import { wireSheet } from "./sheet.js";
import { Shelf } from "./shelf.js";
import { Sidebar } from "./sidebar.js";
import { Status } from "./status.js";
import { ToolCalls } from "./tool_calls.js";
import { Toasts } from "./toasts.js";
import { Together, wireColumnStops } from "./together.js";
import { Transcript } from "./transcript.js";
import { Tray } from "./tray.js";
import { Turns } from "./turns.js";
import { Watch } from "./watch.js";
import { wireWriting } from "./writing.js";

const NO_STORAGE = "This browser keeps nothing on this device (storage is full or blocked). Text that is not sent is lost when the page is closed.";

const { dataset } = document.body;
const one = (name) => document.querySelector(`[data-${name}]`);
const blank = (name) => one(`blank="${name}"`).content.firstElementChild.cloneNode(true);
const address = (id) => dataset.conversationUrl.replace(/[0-9a-f-]{36}/, id);

const log = one("log");
const inner = one("log-inner");
const status = new Status(one("status"));
const composer = new Composer(one("composer"), Number(dataset.messageCharacters));
const toasts = new Toasts(one("toasts"), () => blank("undo"), status);
const shelf = new Shelf(dataset.person, () => toasts.trouble(NO_STORAGE));
const drafts = new Drafts(shelf, dataset.conversation, (fields, options) => post(dataset.draftsUrl, fields, options), showSignedOut);
const connection = new Connection(dataset.socket, () => probe(dataset.rowsUrl));
const send = (frame) => connection.send(frame);
const band = new Band(one("connection"), status, () => connection.connect());

const scroll = new Scroll(log, inner, one("jump"));
const replies = new Replies(send);
const transcript = new Transcript(inner, scroll, replies, new Together(inner, () => blank("together")));
const pager = new Pager(one("older-row"), log, () => watch.older());
const page = { conversation: dataset.conversation, revision: Number(dataset.revision) };
const watch = new Watch(page, { send, transcript, replies, pager, status });

const outbox = new Outbox(shelf);
const pending = new PendingMessages(transcript, blank);
const turns = new Turns(outbox, pending, send, Number(dataset.frameBytes));
const options = new Options(one("model-select"), one("settings"), watch.conversation && address(watch.conversation), dataset.parametersUrl);
const sidebar = new Sidebar(one("rows"), watch.conversation);

const parts = { composer, tray: new Tray(one("tray"), () => blank("chip")), drafts, turns, pending, watch, replies, transcript, options, sidebar, toasts, status, offer: one("offer"), next: one("next") };
const settleComposer = wireWriting(parts, inner, address);
wireFiles(parts, one, log);
wireContext(parts, one("model-select"), document.getElementById("settings"), {
  line: one("context"),
  dialog: document.getElementById("context-list"),
  url: dataset.contextUrl,
});

watch.addEventListener("gone", () => band.notice("This conversation was deleted, or you may no longer see it. What you typed is kept on this device."));
watch.addEventListener("back", () => band.notice(""));
watch.addEventListener("shown", ({ detail }) => {
  showTitle(detail.title);
  options.model = detail.model;
  settleComposer();
});

connection.addEventListener("state", ({ detail }) => {
  band.show(detail);
  if (detail.state === "signed-out") showSignedOut();
  if (detail.state === "open") return; // The welcome frame follows, and says whose link it is.
  turns.online = false;
  watch.pause();
});
connection.addEventListener("frame", ({ detail: frame }) => {
  if (frame.type === "welcome") welcome(frame);
  else if (frame.type === "turn.accepted") turns.accepted(frame);
  else if (frame.type === "conversation.listed") sidebar.listed(frame);
  else if (frame.type === "error") refuse(frame);
  if (frame.type === "conversation.removed") sidebar.removed(frame.conversation);
  watch.handle(frame);
});

let connected = false;

function welcome(frame) {
  if (frame.person !== dataset.person) {
    location.reload(); // Somebody else signed in in this browser: nothing of this page is theirs to see.
    return;
  }
  composer.limit = frame.message_characters;
  if (connected || sidebar.running) sidebar.renew(dataset.rowsUrl);
  connected = true;
  watch.open();
  replies.stopAgain();
  turns.online = true;
  drafts.flush();
}

function refuse(frame) {
  if (!turns.refused(frame)) toasts.trouble(frame.message);
  settleComposer();
}

const choose = (message) => send({ type: "branch.choose", message, ref: "choose" });
const dialogs = replyDialogs(() => address(watch.conversation), choose, showSignedOut);
const editing = new Editing(log, parts, (article) => new Editor(article, blank, Number(dataset.messageCharacters), (words) => status.say(words)));
new Actions(log, document.getElementById("model-menu"), turns, send, editing, dialogs);
wireContextAgain(log, document.getElementById("model-menu"), document.getElementById("context-list"), () => address(watch.conversation));
wireRows(one("rows"), document.getElementById("row-menu"), { toasts, current: () => watch.conversation, renamed: showTitle, signedOut: showSignedOut });
options.addEventListener("signed-out", showSignedOut);
options.addEventListener("trouble", ({ detail }) => toasts.trouble(detail));
wireSettings(watch, options, document.getElementById("settings"), address);
wirePanel(document.getElementById("settings"), one("model-select"), options, showSignedOut);
new ToolCalls(log, watch, send, status);
log.addEventListener("click", ({ target }) => target.matches("[data-save-json]") && saveJson(target));
wireColumnStops(inner, replies);
wireMenus();
wireDialogs();
wireTheme(one("theme-choice"));
wireSheet(document.getElementById("sidebar"), document.querySelector(".main"), document.querySelector(".sheet-veil"));
wireShortcuts(one("new-chat"), composer);

addEventListener("pagehide", () => drafts.flush({ leaving: true }));
addEventListener("popstate", () => location.reload());
addEventListener("storage", (event) => shelf.owns(event.key, "outbox:") && turns.syncWithOtherTabs());

scroll.toEnd();
watchBrowser(connection);
connection.connect();
