// What the pages gain from a script: the colour switch, copy buttons, times in the reader's own zone, notices said once.
// Loaded in <head> without `defer`, so that a chosen colour is there before the first paint.
(() => {
  "use strict";
  const root = document.documentElement;
  const order = ["auto", "light", "dark"];

  const stored = () => {
    try {
      const theme = localStorage.getItem("ringback-theme");
      return order.includes(theme) ? theme : "auto";
    } catch {
      return "auto"; // storage is switched off
    }
  };
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  show(stored());

  const themeSwitch = () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const label = button.querySelector("[data-theme-label]");
    const tell = (theme) => {
      label.textContent = label.dataset[theme];
      button.title = label.textContent;
    };
    button.addEventListener("click", () => {
      const theme = order[(order.indexOf(stored()) + 1) % order.length];
      try { localStorage.setItem("ringback-theme", theme); } catch { /* kept for this page only */ }
      show(theme);
      tell(theme);
    });
    tell(stored());
    button.hidden = false;
  };

  const localTimes = () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const pad = (n) => String(n).padStart(2, "0");
    const inWords = (moment, seconds) => {
      if (root.lang !== "en") {
        return moment.toLocaleString(root.lang, { dateStyle: "medium", timeStyle: seconds ? "medium" : "short" });
      }
      const day = `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
      const clock = `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
      return seconds ? `${day} ${clock}:${pad(moment.getSeconds())}` : `${day} ${clock}`;
    };
    for (const time of document.querySelectorAll("time[data-local]")) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      time.title = `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
      const inCell = time.dataset.local === "cell";
      const told = inWords(moment, inCell);
      time.textContent = inCell ? told : `${told} (${zone})`;
    }
    for (const heading of document.querySelectorAll("[data-zone]")) heading.textContent = `(${zone})`;
  };

  const copyButtons = () => {
    if (!navigator.clipboard) return; // plain http elsewhere than on this machine
    for (const button of document.querySelectorAll("[data-copy]")) {
      const said = button.querySelector("span");
      const label = said.textContent;
      button.hidden = false;
      button.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
        button.dataset.copied = "";
        said.textContent = button.dataset.done;
        setTimeout(() => { delete button.dataset.copied; said.textContent = label; }, 2000);
      });
    }
  };

  const noticeOnce = () => {
    // The notice stands in the address; a reload should not repeat it.
    if (document.querySelector("[data-notice]")) history.replaceState(null, "", location.pathname);
  };

  document.addEventListener("DOMContentLoaded", () => {
    themeSwitch();
    localTimes();
    copyButtons();
    noticeOnce();
  });
})();
