// Menus are native popovers; this puts them beside the button that opened them, and lets the arrows walk them.

const GAP_PX = 4;

/** Open the popover `menu` for `button`, and give it the focus. */
export function openMenu(menu, button) {
  menu.showPopover({ source: button });
  place(menu, button);
  items(menu)[0]?.focus();
}

/** Wire every menu of the page once. */
export function wireMenus() {
  const menus = document.querySelectorAll("[data-menu]");
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return; // Only the keyboard of the screen came or went.
    width = innerWidth;
    for (const menu of menus) menu.hidePopover(); // Its button is somewhere else now.
  });
  for (const menu of menus) {
    const opener = document.querySelector(`[popovertarget="${menu.id}"]`);
    menu.addEventListener("toggle", (event) => {
      if (event.newState === "open" && opener) place(menu, opener);
    });
    menu.addEventListener("keydown", (event) => walk(menu, event));
  }
}

function place(menu, button) {
  menu.style.top = menu.style.left = "0"; // Where it was before it may have been narrower, and higher.
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = menu.dataset.menu === "below" && at.bottom + GAP_PX + height <= innerHeight;
  const top = below ? at.bottom + GAP_PX : Math.max(GAP_PX, at.top - GAP_PX - height);
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(GAP_PX, Math.min(at.left, innerWidth - width - GAP_PX))}px`;
}

function walk(menu, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input")) return;
  event.preventDefault();
  const all = items(menu);
  all.at((all.indexOf(document.activeElement) + step) % all.length)?.focus();
}

const items = (menu) => [...menu.querySelectorAll("button, a")];
