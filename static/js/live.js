// The live stream: what changed elsewhere is told to the parts of the page that listen
// (hx-trigger="visit-changed from:body delay:200ms"). The browser itself reconnects with Last-Event-ID.
(() => {
  const heard = new Set();
  let source = null;

  const show = (state) => {
    for (const element of document.querySelectorAll("[data-live-state]")) element.dataset.liveState = state;
  };

  function tell({ type, data }) {
    let detail = {};
    try { detail = JSON.parse(data); } catch { detail = { value: data }; }
    htmx.trigger(document.body, type === "message" ? detail.name || "changed" : type, detail);
  }

  function listen(scope) {
    if (!source) return;
    for (const element of scope.querySelectorAll('[hx-trigger*="from:body"]')) {
      for (const part of element.getAttribute("hx-trigger").split(",")) {
        const name = part.trim().split(/[\s[]/)[0];
        if (!part.includes("from:body") || heard.has(name)) continue;
        heard.add(name);
        source.addEventListener(name, tell);
      }
    }
  }

  function start() {
    const url = document.body.dataset.eventsUrl;
    if (!url) return;
    source = new EventSource(url);
    source.onmessage = tell;
    source.onopen = () => show("on");
    // A stream that the server refused for good is not tried again: the session has ended or the page is stale.
    source.onerror = () => show(source.readyState === EventSource.CLOSED ? "off" : "wait");
    listen(document);
    document.addEventListener("htmx:load", () => { listen(document); show(["wait", "on", "off"][source.readyState]); });
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  addEventListener("DOMContentLoaded", start);
})();
