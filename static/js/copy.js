// A button that copies what stands in a field; without script it is not there, and the text is selected by hand.
(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        document.dispatchEvent(new CustomEvent("say", { detail: { text: button.dataset.said } }));
        button.querySelector("[data-label]").textContent = button.dataset.said;
      } catch {
        field.focus();
      }
    });
  }
})();
