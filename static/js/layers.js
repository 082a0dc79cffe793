// The dialog and the panel beside a list: opened by what htmx puts in, closed by the person or by a finished act.
(() => {
  const openers = new WeakMap();
  const layer = (element) => element && element.closest("#dialog, #panel");

  const close = (box) => {
    if (!box) return;
    if (box.id === "dialog" && box.open) box.close();
    box.replaceChildren();
    for (const row of document.querySelectorAll('tr[aria-selected="true"]')) row.removeAttribute("aria-selected");
    const opener = openers.get(box);
    openers.delete(box);
    if (opener && opener.isConnected) opener.focus();
  };

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const { target, elt } = detail;
    if (layer(target) !== target || target.contains(elt)) return;
    openers.set(target, elt);
    if (target.id !== "panel") return;
    for (const row of document.querySelectorAll('tr[aria-selected="true"]')) row.removeAttribute("aria-selected");
    elt.closest("tr")?.setAttribute("aria-selected", "true");
  });

  document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    if (layer(target) !== target) return;
    if (!target.childElementCount) return close(target);
    if (target.id === "dialog") {
      const heading = target.querySelector("h1, h2");
      if (heading) {
        heading.id ||= "dialog-heading";
        target.setAttribute("aria-labelledby", heading.id);
      }
      if (!target.open) target.showModal();
    }
    if (!target.contains(document.activeElement)) focusFirst(target);
  });

  function focusFirst(box) {
    const first = box.querySelector("[autofocus], .error-summary") || box.querySelector("h1, h2");
    if (!first) return;
    if (first.tabIndex < 0) first.tabIndex = -1;
    first.focus({ preventScroll: box.id === "panel" });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close]");
    const box = layer(button);
    if (!box) return;
    event.preventDefault();
    close(box);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close(layer(event.target)?.id === "panel" && layer(event.target));
  });
  document.addEventListener("close", ({ target }) => { if (target.id === "dialog") close(target); }, true);
  // Only after htmx has finished: what is told beside "done" starts from the form that is still in the dialog.
  document.addEventListener("done", () => setTimeout(() => close(document.querySelector("#dialog[open]"))));
})();
