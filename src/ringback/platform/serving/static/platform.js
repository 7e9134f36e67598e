// Small comforts for the local platform's pages. Every page works without this file.

function theme() {
  const chosen = document.documentElement.dataset.bsTheme;
  return chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  const name = () => { button.textContent = theme() === "dark" ? "Light colours" : "Dark colours"; };
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    const next = theme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.bsTheme = next;
    const secure = location.protocol === "https:" ? "; secure" : "";
    const cookie = document.documentElement.dataset.themeCookie;
    document.cookie = `${cookie}=${next}; path=/; max-age=31536000; samesite=lax${secure}`;
    name();
  });
}

for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.dataset.showPassword);
  const showText = button.textContent;
  const hideText = button.dataset.hideText ?? "Hide";
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    button.textContent = show ? hideText : showText;
    button.setAttribute("aria-pressed", String(show));
    field.focus();
  });
}

for (const button of document.querySelectorAll("[data-fill-username]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById("username").value = button.dataset.fillUsername;
    document.getElementById("extension").value = "";
    document.getElementById("password").value = button.dataset.fillPassword;
    document.querySelector("form [type=submit]").focus();
  });
}

function offerCopying(within) {
  if (!navigator.clipboard) return;
  for (const button of within.querySelectorAll("[data-copy][hidden]")) {
    const name = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select and copy by hand";
      }
      setTimeout(() => { button.textContent = name; }, 2000);
    });
  }
}
offerCopying(document);
document.addEventListener("rows-added", (event) => offerCopying(event.target));

// A decision is sent once: a second click on the way does not ask twice.
for (const form of document.querySelectorAll("[data-send-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-send-once]")) delete form.dataset.sent;
});
