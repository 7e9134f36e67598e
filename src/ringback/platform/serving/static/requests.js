// The inspector, live: asks for what is newer than its list, and puts it on top. Without this file one reloads.

const EVERY = 1500;
const MOST_SHOWN = 300;
const bar = document.querySelector("[data-requests]");
const list = document.querySelector("[data-rows]");

if (bar && list) {
  const told = bar.querySelector("[data-told]");
  const button = bar.querySelector("[data-pause]");
  const nothing = document.querySelector("[data-nothing]");
  const address = bar.dataset.requests;
  let last = Number(list.dataset.last);
  let paused = false;
  let asking = false;
  let come = 0;

  const tell = (text) => { if (told.textContent !== text) told.textContent = text; };
  const howMany = () => (come ? `${come} new request${come === 1 ? "" : "s"} since this page was opened.` : "New requests appear here as they come.");

  const take = (fresh) => {
    const rows = [...fresh.children];
    come += rows.length;
    for (const row of rows) row.classList.add("fresh");
    if (fresh.hasAttribute("data-more")) {
      const gap = document.createElement("li");
      gap.className = "request-gap";
      gap.textContent = "There were more in between: load the page again to see them.";
      rows.push(gap);
    }
    list.prepend(...rows);
    list.dispatchEvent(new CustomEvent("rows-added", { bubbles: true }));
    // The oldest go, but none that somebody reads.
    for (const row of [...list.children].slice(MOST_SHOWN)) {
      if (!row.querySelector("details[open]") && !row.contains(document.activeElement)) row.remove();
    }
    if (rows.length) nothing.hidden = true;
    last = Number(fresh.dataset.last);
    tell(howMany());
  };

  const ask = async () => {
    if (paused || asking || document.hidden) return;
    asking = true;
    try {
      const response = await fetch(`${address}&after=${last}`);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-rows]");
      if (paused) return;
      if (response.ok && fresh) take(fresh);
      else tell("You are not signed in any more. Load the page again.");
    } catch {
      tell("The platform does not answer. This page goes on trying.");
    } finally {
      asking = false;
    }
  };

  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on" : "Pause";
    tell(paused ? "Paused: new requests wait until you go on." : howMany());
    ask();
  });
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, EVERY);
  bar.hidden = false;
}
