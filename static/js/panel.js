// The dialog of the settings: wires what stands in it beside the boxes themselves.

import { wireAbilities } from "./abilities.js";
import { FormatPanel } from "./format_panel.js";
import { wirePresetStart } from "./preset_start.js";
import { PresetPanel } from "./presets.js";

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLSelectElement} select  the models
 * @param options  the Options
 * @param {() => void} signedOut
 */
export function wirePanel(dialog, select, options, signedOut) {
  const presets = new PresetPanel(dialog.querySelector("[data-presets]"), document.getElementById("preset-form"), options);
  presets.addEventListener("signed-out", signedOut);
  wirePresetStart(document.querySelector("[data-preset-start]"), options, signedOut);
  wireAbilities(select, dialog, options);
  new FormatPanel(dialog.querySelector("[data-format]"), signedOut);
}
