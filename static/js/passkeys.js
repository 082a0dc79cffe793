// Security keys and passkeys: the browser is asked for one when the form is sent, and its answer goes with it.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

  function asked(options) {
    const key = { ...options, challenge: bytes(options.challenge) };
    if (options.user) key.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) key.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) key.allowCredentials = named(options.allowCredentials);
    return { publicKey: key };
  }

  function told(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    const extensions = credential.getClientExtensionResults();
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: extensions };
  }

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const options = JSON.parse(form.dataset.options).publicKey;
      try {
        const credential = await navigator.credentials[form.dataset.passkey](asked(options));
        form.elements.credential.value = JSON.stringify(told(credential));
        form.submit();
      } catch (failure) {
        form.querySelector("[data-passkey-said]").textContent = failure.message;
      }
    });
  });
})();
