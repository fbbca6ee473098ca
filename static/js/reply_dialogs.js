// The dialogs about one message: its details, a comparison with another version of it, and its tokens.

import { Compare } from "./compare.js";
import { Details } from "./details.js";
import { Tokens } from "./tokens.js";

/**
 * @param {() => string} address  of the conversation on the page
 * @param {(message: string) => void} choose  show the branch of a message
 * @param {() => void} signedOut  the session ended
 */
export function replyDialogs(address, choose, signedOut) {
  const dialog = (id) => document.getElementById(id);
  return {
    details: new Details(dialog("details"), address, signedOut),
    compare: new Compare(dialog("compare"), address, choose, signedOut),
    tokens: new Tokens(dialog("tokens"), address, signedOut),
  };
}
