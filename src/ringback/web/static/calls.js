// What the call pages gain from a script: a pause that counts down and ends by itself, numbers copied as E.164.
(() => {
  "use strict";
  const PERIOD = 2000;

  const followPause = (section) => {
    const bar = section.querySelector("progress");
    const left = section.querySelector("[data-progress-left]");
    const records = section.querySelector("[data-progress-records]");
    let unknown = 0; // answers in a row of hosts that do not read this
    const look = async () => {
      try {
        const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
        const now = await answer.json();
        unknown = now.known === false ? unknown + 1 : 0;
        if (now.finished || unknown > 4) {
          if (now.file) location.assign(now.file); // a download: this page stays
          setTimeout(() => location.reload(), now.file ? 1000 : 0);
          return;
        }
        if (unknown) throw new Error("another host reads this");
        const seconds = now.seconds_left ?? 0;
        bar.value = Math.max(0, bar.max - seconds);
        left.textContent = now.told.left;
        records.textContent = now.told.read;
      } catch {
        // The server is away for a moment, or another host is the one that reads: ask again.
      }
      setTimeout(look, PERIOD);
    };
    setTimeout(look, PERIOD);
  };

  const copyNormal = (event) => {
    const selection = document.getSelection();
    const at = selection?.anchorNode?.parentElement?.closest("data.phone");
    if (!at || selection.toString().trim() !== at.textContent.trim()) return;
    event.clipboardData.setData("text/plain", at.value);
    event.preventDefault();
  };

  // Where a chart of days is wider than the screen, its newest day is what one came for.
  for (const drawing of document.querySelectorAll(".chart-days .chart-drawing")) drawing.scrollLeft = drawing.scrollWidth;
  for (const section of document.querySelectorAll("[data-progress]")) followPause(section);
  document.addEventListener("copy", copyNormal);
})();
