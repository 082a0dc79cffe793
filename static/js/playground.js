// Tries a call of the API, and shows it for a command line.
(() => {
  const form = document.getElementById("call");
  const really = document.querySelector("[data-really]");
  if (!form) return;
  const out = (name) => document.querySelector(`[data-out="${name}"]`);
  const token = JSON.parse(document.body.getAttribute("hx-headers"));

  function call() {
    let url = form.dataset.path, body;
    const query = new URLSearchParams(), headers = {}, asked = {};
    for (const { name, value, dataset } of form.elements) {
      if (!dataset.in || !value.trim()) continue;
      if (dataset.in === "path") url = url.replace(`{${name}}`, encodeURIComponent(value.trim()));
      else if (dataset.in === "query") query.append(name, value);
      else if (dataset.in === "header") headers[name] = value;
      else if (dataset.in === "query-text") asked.query = value;
      else if (dataset.in === "variables") asked.variables = parsed(value);
      else body = value;
    }
    if (asked.query) body = JSON.stringify(asked);
    if (`${query}`) url += `?${query}`;
    if (body) headers["Content-Type"] = "application/json";
    return { url, method: form.dataset.method, body, headers };
  }

  // What is no JSON goes as it is: the portal says what is wrong.
  const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

  function told({ url, method, body, headers }) {
    const heads = Object.entries(headers).map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`).join("");
    return `curl -X ${method} ${quoted(url)} -H "Authorization: Bearer $TOKEN"${heads}${body ? ` -d ${quoted(body)}` : ""}`;
  }

  const show = (name, text) => { out(name).textContent = text; out(name).hidden = !text; };

  async function send() {
    const { url, ...rest } = call(), start = performance.now();
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { ...rest, headers: { ...rest.headers, ...token } });
      const shape = parsed(await answer.text());
      const line = `${answer.status} ${answer.statusText} · ${Math.round(performance.now() - start)} ms`;
      show("status", line);
      show("headers", [...answer.headers].map((pair) => pair.join(": ")).join("\n"));
      show("body", typeof shape === "string" ? shape : JSON.stringify(shape, null, 2));
      document.dispatchEvent(new CustomEvent("say", { detail: { text: line } }));
    } catch (failure) {
      show("status", failure.message);
    }
    out("hint").hidden = true;
    form.removeAttribute("aria-busy");
  }

  const writes = () => "writes" in form.dataset || /\bmutation\b/.test(form.querySelector("#query")?.value);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.querySelector("[type=submit]")) return;
    if (writes()) { really.returnValue = ""; really.showModal(); } else send();
  });
  really.addEventListener("close", () => { if (really.returnValue === "yes") send(); });
  form.addEventListener("input", () => show("curl", told(call())));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  show("curl", told(call()));
})();
