"use strict";
(() => {
  const QUIET = 4500; // ms; a sign of life comes every three seconds
  const SILENCE = 8000;
  const AGAIN = 4000; // between two tries
  const STILL = 5000; // without a movement the arrow and the links go
  const VIETNAM = 7 * 3600 * 1000;

  const path = document.body.dataset.path;
  const at = (id) => document.getElementById(id);
  // The machine's own clock, which runs on while a laptop sleeps; only differences count.
  let heardAt = Date.now();
  let triedAt = 0;
  let movedAt = Date.now();
  let serverAt = null; // of what is shown
  let newest = 0; // of what this connection has told
  let endsAt = null; // of the code that is shown
  let source = null;

  // QR and digits change in one go: nobody ever sees one of each window.
  function renew(code) {
    at("qr").innerHTML = code.qr;
    at("typed").textContent = code.typed;
    at("qr").dataset.window = at("typed").dataset.window = code.window;
    endsAt = code.ends_at;
  }

  function fill(data) {
    if (data.at < newest) return; // overtaken on its way
    if (!data.code && data.window !== at("qr").dataset.window) return connect();
    serverAt = newest = data.at;
    heardAt = Date.now();
    at("venue").textContent = data.venue;
    at("session").textContent = data.session;
    at("count").textContent = data.count;
    at("bar").max = data.summoned || 1;
    at("bar").value = data.present;
    at("arrivals").textContent = data.arrivals;
    at("last").hidden = !data.arrivals;
    at("notice").textContent = data.notice || "";
    at("notice").hidden = !data.notice;
    if (data.code) renew(data.code);
    fit();
    say(false);
    pass();
  }

  // Long names and notices must not push the count off the wall.
  function fit() {
    const side = at("side");
    document.body.classList.remove("tight");
    document.body.classList.toggle("tight", side.scrollHeight > side.clientHeight + 1);
  }

  function say(isLost) {
    document.body.classList.toggle("lost", isLost);
    at("lost").hidden = !isLost;
  }

  // Every try begins with a new stream, whose first event holds the code of that moment: what an
  // old one had in the pipe can never bring back a code that is over.
  function connect() {
    triedAt = Date.now();
    newest = 0;
    if (source) source.close();
    if (!window.EventSource) return;
    source = new EventSource(`${path}/truc-tiep`);
    source.onmessage = (event) => fill(JSON.parse(event.data));
  }

  // Where something on the way keeps streams back, plain questions still get through.
  async function ask() {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), AGAIN);
    try {
      const answer = await fetch(`${path}/so-lieu`, { cache: "no-store", signal: stop.signal });
      if (answer.ok) fill(await answer.json());
    } catch {
      // The silence says it.
    } finally {
      clearTimeout(limit);
    }
  }

  function pass() {
    if (serverAt === null) return;
    const now = serverAt + Date.now() - heardAt;
    at("clock").textContent = new Date(now + VIETNAM).toISOString().slice(11, 19);
    at("left").hidden = endsAt === null;
    const left = Math.max(0, (endsAt - now) / 1000);
    at("countdown").value = Math.min(30, left);
    at("seconds").textContent = Math.ceil(left);
  }

  function watch() {
    const now = Date.now();
    const silent = Math.abs(now - heardAt);
    if (silent > QUIET && Math.abs(now - triedAt) > AGAIN) {
      connect();
      ask();
    }
    if (silent > SILENCE) say(true);
    else pass();
    document.body.classList.toggle("still", now - movedAt > STILL);
  }

  for (const kind of ["mousemove", "touchstart", "keydown"]) {
    document.addEventListener(kind, () => { movedAt = Date.now(); }, { passive: true });
  }
  addEventListener("resize", fit);
  fit();
  connect();
  setInterval(watch, 200);
})();
