// In <form data-change> the reason is asked for only once something differs from what is recorded.
(() => {
  const isReason = (field) => field.closest("[data-reason]");
  const value = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
  const recorded = new WeakMap();

  const others = (form) => [...form.elements].filter((field) => field.name && !isReason(field));

  function look(form) {
    const reason = form.querySelector("[data-reason]");
    if (!reason) return;
    if (!recorded.has(form)) recorded.set(form, new Map(others(form).map((field) => [field, value(field)])));
    const before = recorded.get(form);
    const changed = others(form).some((field) => before.get(field) !== value(field));
    reason.hidden = !changed && !reason.querySelector("[aria-invalid]") && !form.querySelector(".error-summary");
    for (const field of reason.querySelectorAll("input, textarea")) field.disabled = reason.hidden;
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-change]");
    if (form) look(form);
  });
  const arrive = (scope) => { for (const form of scope.querySelectorAll("form[data-change]")) look(form); };
  addEventListener("DOMContentLoaded", () => arrive(document));
  document.addEventListener("htmx:load", ({ target }) => arrive(target));
})();
