// The page of replays: what the number costs, the other seed, the results as they come, comparisons on demand.

import { get, SignedOut } from "./post.js";
import { Results } from "./results.js";
import { Status } from "./status.js";

wireForm(document.querySelector("[data-replay-form]"));
wireComparisons(document.querySelector(".replays-main"));
const shown = document.querySelector("[data-replay]");
if (shown) new Results(shown, new Status(document.querySelector("[data-status]")), signIn).follow();

/** The session ended: the page comes back after the sign-in. */
function signIn() {
  location.assign(`${document.body.dataset.loginUrl}?next=${encodeURIComponent(location.pathname)}`);
}

function wireForm(form) {
  if (!form) return;
  const estimate = form.querySelector("[data-estimate]");
  const seed = form.querySelector("[data-other-seed]");
  const modes = form.elements.seed_mode;
  const choose = () => {
    seed.required = modes.value === "another";
    seed.disabled = !seed.required;
  };
  form.addEventListener("change", choose);
  choose();
  form.elements.times.addEventListener("input", ({ target }) => {
    if (estimate && target.validity.valid) estimate.textContent = dollars(estimate.dataset.one * target.value);
  });
}

/** As the server writes an amount: to a hundredth, or to two digits that say something. */
function dollars(amount) {
  const places = amount >= 1 || !amount ? 2 : Math.max(2, 1 - Math.floor(Math.log10(amount)));
  return `$${amount.toFixed(places)}`;
}

function wireComparisons(main) {
  main.addEventListener(
    "toggle",
    async ({ target }) => {
      const address = target.dataset?.compare;
      const place = target.querySelector("[data-comparison]");
      if (!address || !target.open || "loaded" in place.dataset) return;
      place.dataset.loaded = "";
      place.textContent = "Comparing…";
      try {
        place.innerHTML = await get(address);
      } catch (error) {
        delete place.dataset.loaded;
        place.textContent = error.message;
        if (error instanceof SignedOut) signIn();
      }
    },
    true, // toggle does not bubble
  );
}
