// Comforts of the console's pages: fields that matter only with a choice, live checks, live figures.
// Every page works without this file.

// A part that matters only while a radio button is chosen.
for (const part of document.querySelectorAll("[data-shown-if]")) {
  const choice = document.getElementById(part.dataset.shownIf);
  if (!choice) continue;
  const follow = () => { part.hidden = !choice.checked; };
  for (const one of document.querySelectorAll(`input[name="${choice.name}"]`)) one.addEventListener("change", follow);
  follow();
}

// The server is asked about redirect URIs while they are typed: one set of rules, in one place.
for (const field of document.querySelectorAll("[data-check]")) {
  const told = document.getElementById(field.dataset.checkTold);
  const csrf = field.form.elements.csrf.value;
  let waiting;
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++asked;
      let answer;
      try {
        const body = new URLSearchParams({ csrf, redirectUris: field.value });
        const response = await fetch(field.dataset.check, { method: "POST", body });
        if (!response.ok) return;
        answer = await response.json();
      } catch {
        return; // the form itself is checked when it is sent
      }
      if (turn !== asked) return;
      const fine = answer.count === 1 ? "1 address, fine." : `${answer.count} addresses, all fine.`;
      told.textContent = answer.problem || (answer.count ? fine : "");
      told.className = `live-check ${answer.problem ? "wrong" : "fine"}`;
    }, 300);
  });
}

// Figures that follow the calls: the page asks for itself, and takes over the parts that have changed.
for (const live of document.querySelectorAll("[data-live]")) {
  const refresh = async () => {
    if (document.hidden) return;
    let page;
    try {
      const response = await fetch(live.dataset.live);
      if (!response.ok || response.redirected) return;
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return;
    }
    for (const part of live.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
        part.replaceChildren(...fresh.childNodes);
      }
    }
  };
  setInterval(refresh, 2000);
}
