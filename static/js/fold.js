// Long messages of one's own are folded; "Show all" unfolds one, and it stays so.

/** Offer "Show all" where the words of `article` are cut off. Reads the layout: call it once it is on the page. */
export function foldLong(article) {
  const button = article.querySelector('[data-action="unfold"]');
  if (!button) return;
  const words = button.previousElementSibling;
  button.hidden = "unfolded" in article.dataset || words.scrollHeight <= words.clientHeight + 1;
}

/** Show all of it. */
export function unfold(article) {
  article.dataset.unfolded = "";
  article.querySelector('[data-action="unfold"]').hidden = true;
}
