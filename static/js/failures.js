// A request that failed says so; one that failed because the session ended goes to the sign-in, and back.
(() => {
  function toast(kind) {
    const template = document.querySelector(`template[data-toast="${kind}"]`);
    if (!template) return;
    const place = document.getElementById("toasts");
    place.append(template.content.cloneNode(true));
    document.dispatchEvent(new CustomEvent("say", { detail: { text: place.lastElementChild.textContent.trim() } }));
  }

  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    if (xhr.getResponseHeader("HX-Redirect")) return;
    if (xhr.status === 401) return location.reload();
    toast({ 403: "refused", 404: "gone", 409: "stale", 423: "refused" }[xhr.status] || "failed");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => toast("offline"));

  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target?.classList?.add("is-swapping"));
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target?.classList?.remove("is-swapping"));
})();
