// Filters that are empty stay out of the address, so that what is shared is short.
(() => {
  const bare = (data) => {
    for (const [name, value] of [...data.entries()]) if (value === "") data.delete(name);
  };
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.matches("form.filters")) bare(detail.formData);
  });
  document.addEventListener("formdata", ({ target, formData }) => { if (target.matches("form.filters")) bare(formData); });
})();
