// Where the settings of a conversation are saved; those of a new chat are checked, and sent with its first message.

import { post, Refused, SignedOut } from "./post.js";

/**
 * @param {string} address  of the conversation, or "" for a new chat
 * @param {string} check  where the parameters of a new chat are checked
 * @param {Record<string, string>} fields
 * @returns {Promise<{refusal: string | null, parameters?: object, signedOut?: boolean}>}
 */
export async function saveSettings(address, check, fields) {
  try {
    if (address) await post(`${address}/settings`, fields);
    else if (fields.with_parameters) return { refusal: null, parameters: await (await post(check, fields)).json() };
    return { refusal: null };
  } catch (error) {
    if (error instanceof SignedOut) return { refusal: "You were signed out, so it was not saved.", signedOut: true };
    if (!(error instanceof Refused)) throw error;
    return { refusal: error.message };
  }
}
