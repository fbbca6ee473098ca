// On a narrow page the list of conversations is a sheet over it.

/** Opens and closes the sheet; behind it the page is inert, and the focus goes back where it was. */
export function wireSheet(sidebar, main, veil) {
  const narrow = matchMedia("(max-width: 52rem)");
  const opener = document.querySelector('[data-sheet="open"]');

  const set = (open) => {
    const wasOpen = main.inert;
    sidebar.classList.toggle("open", open);
    veil.hidden = !open;
    main.inert = open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) sidebar.focus();
    else if (wasOpen) opener.focus();
  };

  opener.addEventListener("click", () => set(true));
  for (const closer of document.querySelectorAll('[data-sheet="close"]')) closer.addEventListener("click", () => set(false));
  // Heard on the whole page: after its last control Tab leaves the sheet, and the focus is nowhere.
  addEventListener("keydown", (event) => {
    const other = event.target.matches(".rename") || document.querySelector("dialog[open], :popover-open"); // Escape is theirs first.
    if (event.key === "Escape" && main.inert && !other) set(false);
  });
  narrow.addEventListener("change", () => set(false));
}
