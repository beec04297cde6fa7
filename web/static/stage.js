"use strict";
(() => {
  const clock = document.getElementById("clock");
  const rows = document.querySelectorAll("#figures > div");
  const recent = document.getElementById("recent");

  function line(words) {
    const item = document.createElement("li");
    item.textContent = words;
    return item;
  }

  function fill(data) {
    clock.textContent = data.clock;
    data.figures.forEach((figure, index) => {
      const row = rows[index];
      if (!row) return;
      row.querySelector("strong").textContent = figure.value;
      const share = row.querySelector("dd span");
      if (share) share.textContent = `/${figure.of} (${figure.rate})`;
      const bar = row.querySelector("progress");
      if (bar) bar.value = figure.amount;
    });
    recent.replaceChildren(...data.recent.map(line));
  }

  async function look() {
    try {
      const answer = await fetch("/demo/so-lieu", { cache: "no-store" });
      if (answer.ok) fill(await answer.json());
    } catch {
      // The next look may reach the server again.
    }
    setTimeout(look, 1000);
  }

  look();
})();
