// "/" goes to the search; menus close on Escape and on a click elsewhere.
(() => {
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]");

  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.key === "Escape") closeMenus(null, event);
  });
  addEventListener("pointerdown", (event) => closeMenus(event.target));

  function closeMenus(except, event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (except && menu.contains(except)) continue;
      menu.open = false;
      if (event && menu.contains(document.activeElement)) {
        event.preventDefault();
        menu.querySelector("summary").focus();
      }
    }
  }
})();
