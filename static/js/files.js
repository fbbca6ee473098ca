// Attached files as the page shows them: sizes in words, and the same markup as the server's.

const KINDS = { image: "image", pdf: "PDF", text: "text" };

/**
 * @typedef {object} Described  a file that the site has, as it told the page
 * @property {string} id
 * @property {"image" | "pdf" | "text"} kind
 * @property {string} name
 * @property {number} size  in bytes
 * @property {number | null} width  in pixels, of an image
 * @property {number | null} height
 * @property {string} note  what of the file is not sent
 * @property {string} url
 * @property {string | null} thumbnail  address of the small picture of an image
 * @property {string} [about]  what it is, in words; of one that was read from a message, in place of kind and size
 */

/** A number of bytes in the largest unit that suits it. */
export function sizeWords(bytes) {
  const units = [[2 ** 20, "MB"], [2 ** 10, "KB"]];
  const [unit, name] = units.find(([size]) => bytes >= size) ?? [1, bytes === 1 ? "byte" : "bytes"];
  return `${unit === 1 ? bytes : (bytes / unit).toFixed(1).replace(".0", "")} ${name}`;
}

/** What a file is, in words. @param {Described} file */
export function aboutWords(file) {
  return file.about ?? [`${KINDS[file.kind]}, ${sizeWords(file.size)}`, file.note].filter(Boolean).join(". ");
}

/**
 * A file of a message on its way, from the page's own blank markup.
 * @param {(name: "image" | "file") => HTMLElement} blank
 * @param {Described} file
 */
export function fileElement(blank, file) {
  const element = blank(file.kind === "image" ? "image" : "file");
  element.dataset.file = file.id;
  const link = element.querySelector("a");
  link.href = file.url;
  if (file.kind === "image") {
    const picture = link.querySelector("img");
    Object.assign(picture, { width: file.width, height: file.height, alt: file.name });
    picture.src = file.thumbnail;
    link.title = file.name;
    link.dataset.about = aboutWords(file);
  } else {
    link.download = file.name;
    link.querySelector(".attached-name").textContent = file.name;
    link.querySelector("small").textContent = aboutWords(file);
  }
  return element;
}

/** The files that a message shows. @returns {Described[]} as far as its markup tells */
export function filesOf(article) {
  return [...article.querySelectorAll('[data-part="attached"] > [data-file]')].map((shown) => {
    const [link, picture] = [shown.querySelector("a"), shown.querySelector("img")];
    const name = picture?.alt ?? shown.querySelector(".attached-name").textContent;
    const about = link.dataset.about ?? shown.querySelector("small").textContent;
    return { id: shown.dataset.file, name, about, url: link.href, thumbnail: picture?.src ?? null };
  });
}
