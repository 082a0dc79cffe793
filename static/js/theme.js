// Runs before the first paint, so that a chosen colour scheme never flashes.
(() => {
  const root = document.documentElement;
  const key = "theme";
  root.classList.add("js");

  const kept = () => {
    try { return localStorage.getItem(key) || "system"; } catch { return "system"; }
  };
  const keep = (theme) => {
    try { localStorage.setItem(key, theme); } catch { /* a browser that keeps nothing still switches */ }
  };
  const show = (theme) => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
    }
  };

  show(kept());
  addEventListener("DOMContentLoaded", () => show(kept()));
  addEventListener("storage", (event) => { if (event.key === key) show(kept()); });
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    keep(button.dataset.themeSet);
    show(button.dataset.themeSet);
  });
})();
