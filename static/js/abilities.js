// What the chosen model may lack, told beside the switches that need it, with another model that has it.

/**
 * @param {HTMLSelectElement} select  the models, each with the abilities that it lacks
 * @param {HTMLDialogElement} dialog  of the switches
 * @param options  the Options
 */
export function wireAbilities(select, dialog, options) {
  const tell = () => {
    dialog.querySelector("[data-proposed]").textContent = options.proposed === options.model ? "" : `From Save on: ${options.proposed}`;
    for (const note of dialog.querySelectorAll("[data-ability]")) {
      const lacks = (option) => option.dataset.lacks.split(" ").includes(note.dataset.ability);
      const chosen = [...select.options].find((option) => option.value === options.proposed);
      note.hidden = !chosen || !lacks(chosen);
      note.querySelector("[data-lacking]").textContent = chosen?.value ?? "";
    }
  };

  dialog.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-able]")) return;
    options.propose(target.value);
    target.closest("dialog").querySelector("[type=submit]:not([form])").focus();
  });
  options.addEventListener("proposed", tell);
  select.addEventListener("change", tell);
  dialog.addEventListener("close", tell);
  tell();
}
