// A preset to begin a new chat with: taken over as soon as it is chosen, for nothing is stored yet.

import { effectOf } from "./preset_words.js";
import { get, SignedOut } from "./post.js";

/**
 * @param {HTMLElement | null} place  only the page of a new chat has it
 * @param options  the Options
 * @param {() => void} signedOut
 */
export function wirePresetStart(place, options, signedOut) {
  if (!place) return;
  const list = place.querySelector("[data-preset-list]");
  const line = place.querySelector("[data-preset-start-says]");
  let before = null;
  let asked = 0;

  const take = async () => {
    const mine = ++asked;
    before ??= { model: options.model, system_prompt: options.systemPrompt, boxes: options.boxes, notes: [] };
    const contents = list.value ? JSON.parse(await get(`${place.dataset.url}/${list.value}`)) : before;
    if (mine !== asked) return;
    options.fill(before); // Presets do not add up: each begins from what there was before the first.
    const words = list.value ? effectOf(options.form, before.model, contents) : [];
    options.fill(contents);
    line.textContent = (await options.keep()) ?? words.join(" ");
  };

  list.addEventListener("change", () =>
    take().catch((error) => {
      if (error instanceof SignedOut) signedOut();
      line.textContent = error.message;
    }),
  );
}

/** Presets were kept, renamed or deleted: the list as it is now. What is chosen stays chosen, if it is there. */
export function renewStart(options) {
  const list = document.querySelector("[data-preset-start] [data-preset-list]");
  if (!list) return;
  const { value } = list;
  list.innerHTML = options;
  list.value = [...list.options].some((option) => option.value === value) ? value : "";
}
