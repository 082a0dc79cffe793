// Keeps what is typed into <form data-draft="key"> until it is accepted, also across a session that ended.
// It lives in this tab only, belongs to one account, and is dropped when another signs in.
(() => {
  const prefix = "draft:";
  const owner = () => document.body.dataset.person || "";
  const name = (form) => prefix + form.dataset.draft;
  const kept = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
  const drop = (key) => sessionStorage.removeItem(key);

  const fields = (form) => [...form.elements].filter((field) =>
    field.name && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type)
    && field.name !== "csrfmiddlewaretoken");
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const isFresh = (field) => {
    if (isChoice(field)) return field.checked === field.defaultChecked;
    if (field.options) return ![...field.options].some((option) => option.defaultSelected && !option.selected);
    return field.value === field.defaultValue;
  };

  function save(form, sent = false) {
    const values = fields(form).map((field) => [field.name, field.value, isChoice(field) ? field.checked : null]);
    sessionStorage.setItem(name(form), JSON.stringify({ owner: owner(), sent, values }));
  }

  function restore(form) {
    const draft = kept(name(form));
    if (!draft || draft.owner !== owner()) return;
    if (form.querySelector("[aria-invalid]")) return save(form);
    let changed = false;
    for (const field of fields(form)) {
      const match = draft.values.find(([key, value, on]) => key === field.name && (on === null || value === field.value));
      if (!match || !isFresh(field)) continue;
      const [, value, on] = match;
      if (on !== null ? field.checked === on : field.value === value) continue;
      if (on === null) field.value = value; else field.checked = on;
      changed = true;
    }
    if (!changed) return drop(name(form));
    form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function arrive(scope) {
    for (const form of scope.querySelectorAll("form[data-draft]")) restore(form);
  }

  function tidy() {
    if (!owner()) return;
    const here = new Set([...document.querySelectorAll("form[data-draft]")].map(name));
    for (const key of keys()) {
      const draft = kept(key);
      // What was sent and did not come back to its form with errors has been accepted.
      if (!draft || draft.owner !== owner() || (draft.sent && !here.has(key))) drop(key);
    }
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (form) save(form);
  });
  document.addEventListener("submit", ({ target }) => { if (target.matches("form[data-draft]")) save(target, true); });
  document.addEventListener("reset", ({ target }) => { if (target.matches("form[data-draft]")) drop(name(target)); });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    // The form itself may have been swapped away by now.
    const form = detail.requestConfig.elt.closest("form[data-draft]");
    if (form && detail.successful && detail.requestConfig.verb !== "get") drop(name(form));
  });
  document.addEventListener("htmx:load", ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (form) restore(form); else arrive(target);
  });
  addEventListener("DOMContentLoaded", tidy);
})();
