// Replies asked for together, side by side at the end of the transcript until the reader goes on from one of them.

/** What stands in the transcript for an article: the group that it is a column of, or itself. */
export const unit = (article) => article.closest("[data-together]") ?? article;

/** Is this a column that a new message would not go on from? */
export const isBeside = (article) => article.matches("[data-columns] > article ~ article");

export class Together {
  #inner;
  #blank;

  /**
   * @param {HTMLElement} inner  the element that holds the transcript
   * @param {() => HTMLElement} blank  a fresh group without columns
   */
  constructor(inner, blank) {
    this.#inner = inner;
    this.#blank = blank;
  }

  /** Make ordinary messages of the columns, unless they stand for `first`, the id of a message. */
  part(first) {
    for (const group of this.#inner.querySelectorAll("[data-together]")) {
      const articles = [...group.querySelectorAll("[data-columns] > article")];
      if (articles.some(({ dataset }) => dataset.message === first)) continue;
      const focused = group.contains(document.activeElement);
      group.replaceWith(...articles);
      if (focused) articles[0]?.focus({ preventScroll: true });
    }
  }

  /** Lay `others` beside the article `first`. Columns that are in place already are not moved. */
  arrange(first, others) {
    if (others.length === 0) return;
    let columns = first.closest("[data-columns]");
    if (!columns) {
      const group = this.#blank();
      columns = group.querySelector("[data-columns]");
      first.before(group);
      columns.append(first);
    }
    let place = first;
    for (const article of others) {
      if (place.nextElementSibling !== article) place.after(article);
      place = article;
    }
  }
}

/** Stop one of them: the others go on. */
export function wireColumnStops(inner, replies) {
  inner.addEventListener("click", ({ target }) => {
    const article = target.closest('[data-action="stop"]')?.closest("article");
    if (article) replies.at(article).stop();
  });
}
