// The page around the conversation: dialogs, colours, shortcuts, and what the browser says about the network.

/** Buttons that open and close dialogs. */
export function wireDialogs() {
  for (const button of document.querySelectorAll("[data-dialog]")) {
    button.addEventListener("click", () => {
      button.closest("[popover]")?.hidePopover();
      document.getElementById(button.dataset.dialog).showModal();
    });
  }
  for (const button of document.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
}

/** Open the settings of the conversation with the focus in one box of the parameters. */
export function openSettingsAt(name) {
  const dialog = document.getElementById("settings");
  dialog.showModal();
  const box = dialog.querySelector(`[name="${name}"]`);
  box.closest("details").open = true;
  box.focus();
  box.select();
}

/** The conversation's title, on the page and on its tab. */
export function showTitle(title) {
  document.querySelector("[data-title]").textContent = title;
  document.title = `${title} · Chatsite`;
}

/** Say that the session ended, with the way back to this very page. */
export function showSignedOut() {
  const dialog = document.getElementById("signed-out");
  const link = dialog.querySelector("[data-sign-in]");
  link.href = `${document.body.dataset.loginUrl}?next=${encodeURIComponent(location.pathname)}`;
  if (!dialog.open) dialog.showModal();
}

/** The choice of colours, kept on this device; theme.js puts it on before the page is painted. */
export function wireTheme(fieldset) {
  const root = document.documentElement;
  for (const input of fieldset.querySelectorAll("input")) {
    input.checked = input.value === (root.dataset.theme ?? "");
    input.addEventListener("change", () => {
      if (input.value) root.dataset.theme = input.value;
      else delete root.dataset.theme;
      try {
        localStorage.setItem("chatsite:theme", input.value);
      } catch {
        // Storage is blocked: the choice lasts as long as the page.
      }
    });
  }
}

/** Shortcuts, and their names as this system writes them. */
export function wireShortcuts(newChat, composer) {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  for (const kbd of document.querySelectorAll("[data-shortcut]")) kbd.textContent = mac ? "⇧⌘O" : "Ctrl+Shift+O";
  for (const kbd of document.querySelectorAll("[data-mod]")) kbd.textContent = mac ? "⌘" : "Ctrl";
  addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.shiftKey && (mac ? event.metaKey : event.ctrlKey) && event.code === "KeyO") {
      event.preventDefault();
      newChat.requestSubmit();
    } else if (event.shiftKey && event.key === "Escape") {
      event.preventDefault();
      composer.focus();
    }
  });
}

/** Try again, or make sure, whenever the browser says that something about the network or the page changed. */
export function watchBrowser(connection) {
  addEventListener("online", () => connection.check());
  addEventListener("offline", () => connection.check());
  addEventListener("pageshow", (event) => event.persisted && connection.check());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && connection.check());
}
