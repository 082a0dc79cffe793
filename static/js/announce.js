// Speaks what a swap changed, and puts the focus where the work goes on.
(() => {
  const say = (text) => {
    const region = document.getElementById("announcer");
    if (!region || !text) return;
    // An unchanged text would not be read again.
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 60);
  };

  const words = (element) => element.dataset.announce || element.textContent.trim().replace(/\s+/g, " ");

  document.addEventListener("htmx:afterSettle", ({ target }) => {
    const spoken = target.matches("[data-announce]") ? target : target.querySelector("[data-announce]");
    if (spoken) say(words(spoken));
    const summary = target.querySelector(".error-summary");
    if (summary) summary.focus();
  });
  document.addEventListener("say", ({ detail }) => say(detail.text || detail.value));

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".toast").remove();
  });
})();
