"use strict";
(() => {
  const path = document.body.dataset.path;
  const at = (id) => document.getElementById(id);
  let shownWindow = document.body.dataset.window;
  let misses = 0;

  function fill(data) {
    at("venue").textContent = data.venue;
    at("session").textContent = data.session;
    at("clock").textContent = data.clock;
    at("typed").textContent = data.typed || "–";
    at("count").textContent = data.count;
    at("bar").max = data.summoned || 1;
    at("bar").value = data.present;
    at("notice").textContent = data.notice || "";
    at("notice").hidden = !data.notice;
  }

  // The next picture is loaded before it is shown, so that the code never blinks.
  async function renew(name) {
    const picture = new Image();
    picture.src = `${path}/ma.svg?w=${encodeURIComponent(name)}`;
    await picture.decode();
    at("qr").src = picture.src;
    shownWindow = name;
  }

  async function look() {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 4000);
    try {
      const answer = await fetch(`${path}/so-lieu`, { cache: "no-store", signal: stop.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      if (data.window !== shownWindow) await renew(data.window);
      fill(data);
      misses = 0;
    } catch {
      misses += 1;
    } finally {
      clearTimeout(limit);
    }
    document.body.classList.toggle("lost", misses >= 3);
    setTimeout(look, 1000);
  }

  look();
})();
