// A reply in JSON as a file.

/** Save the text of the reply around `button` as a .json file. */
export function saveJson(button) {
  const text = button.closest(".code").querySelector("pre").textContent;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `reply-${button.closest("article").dataset.message.slice(0, 8)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
