// What a program does with the portal most often, with fetch: in a browser, in Node, in Deno.
// A page on the portal's own address needs no token: it sends the session, and X-CSRFToken with what writes.

export function portal(address, token) {
  async function call(method, path, body) {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
    const answer = await fetch(address + path, { method, headers, body: body && JSON.stringify(body) });
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.detail || told.title), { status: answer.status, errors: told.errors });
    return told;
  }

  const get = (path, asked = {}) => call("GET", `/api/v1/${path}?${new URLSearchParams(asked)}`);
  const post = (path, body = {}) => call("POST", `/api/v1/${path}`, body);

  return {
    get,
    post,
    screeningQueue: () => get("screenings", { in_queue: true, order: "-screening_date", include: "subject" }),
    addVisit: (subject, day, words) => post("visits", {
      subject_id: subject, started_on: day, visit_type: words, unscheduled_reason: "adverse_event", kind: "clinic",
    }),
    logEvent: (subject, day, term) => post("adverse-events", {
      subject_id: subject, event_term: term, onset_date: day, aware_at: `${day}T12:00`, learned_from: "call",
      severity: "MILD", outcome: "NOT RECOVERED/NOT RESOLVED",
    }),
    latestOrder: async (patient) => (await get("orders", { patient, limit: 1 })).items[0],
    logDose: (order, due, what = "taken") => post("adherence-logs", {
      order_id: order, slot_at: due, adherence_status: what,
    }),
    sendMessage: (conversation, words) => post("messages", { conversation_id: conversation, body: words }),
    readMessage: (message) => post(`messages/${message}/read`),
    week: (name) => get("appointments", { week: name, order: "start_at", include: "subject,provider" }),
    study: () => call("POST", "/graphql", {
      query: "{ studies { nodes { protocolId subjects { nodes { subjectId state } } } } }",
    }),
  };
}
