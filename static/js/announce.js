// Speaks what a swap changed, and puts the focus where the work goes on.
(() => {
  const say = (text) => {
    const region = document.getElementById("announcer");
    if (!region || !text) return;
    const line = document.createElement("p");
    line.textContent = text;
    region.append(line);
    setTimeout(() => line.remove(), 5000);
  };

  const words = (element) => element.dataset.announce || element.textContent.trim().replace(/\s+/g, " ");

  document.addEventListener("htmx:afterSettle", ({ target }) => {
    const spoken = target.matches("[data-announce]") ? target : target.querySelector("[data-announce]");
    if (spoken) say(words(spoken));
    const summary = target.querySelector(".error-summary");
    if (summary) summary.focus();
  });
  document.addEventListener("say", ({ detail }) => say(detail.text || detail.value));

  // Good news leaves by itself, unless somebody is reading it; anything else stays until it is closed.
  function fade() {
    for (const toast of document.querySelectorAll('#toasts .toast[data-tone="good"]')) {
      setTimeout(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, 8000);
    }
  }
  document.addEventListener("htmx:oobAfterSwap", ({ detail: { target } }) => {
    if (target.id !== "toasts") return;
    say(words(target.lastElementChild));
    fade();
  });
  addEventListener("DOMContentLoaded", fade);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".toast").remove();
  });
})();
