"use strict";
// The page works without this. With it: nothing typed is lost when the line is, what the bot says
// appears by itself, and every message goes out once however often it has to be sent.
(() => {
  const { base, known } = document.body.dataset;
  const log = document.getElementById("log");
  const scroller = document.getElementById("scroller");
  const state = document.getElementById("state");
  const form = document.getElementById("say");
  const text = document.getElementById("text");
  const header = document.querySelector("header");
  const menu = () => document.querySelector(".menu"); // comes once its person is known
  const KEPT = `diem-danh-cho-gui${base}`;
  const SENT_WITHIN = 15000; // ms; then it is tried again under the same id
  const POLL = 3000;
  const SILENCE = 40000; // a stream that beats no more is dead, whatever the browser thinks

  let revision = Number(document.body.dataset.revision);
  let isKnown = known === "1";
  let waiting = kept(); // what is still to be sent, oldest first
  let isSending = false;
  let stream = null;
  let heardAt = 0;
  let hasMissed = false;

  // --- what the bot says -----------------------------------------------------------------------

  function show(news) {
    const wasAtEnd = isAtEnd();
    const parsed = new DOMParser().parseFromString(`<ol>${news.html}</ol>`, "text/html");
    const items = [...parsed.querySelectorAll("li")];
    if (items.length) document.getElementById("welcome")?.remove();
    items.forEach(place);
    revision = Math.max(revision, news.revision);
    if (news.menu && !menu()) header.insertAdjacentHTML("beforeend", news.menu);
    if (items.length && wasAtEnd) toEnd();
  }

  function place(item) {
    const edition = Number(item.dataset.revision);
    const shown = log.querySelector(`li[data-id="${item.dataset.id}"]`);
    if (shown && edition <= Number(shown.dataset.revision)) return;
    shown?.remove();
    // An edited answer goes below the words it answers; what is still unsent stays last.
    const later = [...log.children].find(
      (other) => !other.dataset.id || Number(other.dataset.revision) > edition,
    );
    log.insertBefore(item, later || null);
  }

  function isAtEnd() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
  }

  // The newest answer in sight; of one that is longer than the screen its beginning.
  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    const last = log.lastElementChild;
    if (!last) return;
    const hidden = scroller.getBoundingClientRect().top - last.getBoundingClientRect().top;
    if (hidden > 0) scroller.scrollTop -= hidden + 8;
  }

  // --- what the person says --------------------------------------------------------------------

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function say(fields, label) {
    waiting.push({ id: newId(), ...fields });
    keep();
    if (label) log.append(ownBubble(waiting[waiting.length - 1].id, label));
    toEnd();
    send();
  }

  function ownBubble(id, words) {
    const item = document.createElement("li");
    item.className = "own";
    item.dataset.waiting = id;
    const bubble = document.createElement("div");
    bubble.className = "bubble";
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    const sending = document.createElement("span");
    sending.className = "sending";
    sending.textContent = "Đang gửi";
    bubble.append(paragraph, sending);
    item.append(bubble);
    return item;
  }

  async function send() {
    if (isSending) return;
    isSending = true;
    for (let tries = 0; waiting.length; ) {
      const outcome = await sendOnce(waiting[0]);
      if (outcome.again) {
        tries += 1;
        tell(outcome.words || "Chưa gửi được, đang thử lại.");
        await pause(Math.min(1000 * 2 ** (tries - 1), 8000));
        continue;
      }
      settle(waiting.shift(), outcome);
      keep();
      tries = 0;
    }
    isSending = false;
    if (hasMissed) look();
    hasMissed = false;
  }

  // One attempt. The server knows the id: what it has already taken it takes no second time.
  async function sendOnce(fields) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), SENT_WITHIN);
    try {
      const answer = await fetch(`${base}/chat/messages`, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ ...fields, after: String(revision) }),
        signal: stop.signal,
      });
      const body = await answer.json();
      const again = answer.status >= 500 || answer.status === 429 || answer.status === 428;
      return { ok: answer.ok, again, words: body.error, news: body };
    } catch {
      return { again: true };
    } finally {
      clearTimeout(limit);
    }
  }

  function settle(fields, outcome) {
    const own = log.querySelector(`li[data-waiting="${fields.id}"]`);
    if (outcome.ok) {
      own?.remove();
      release();
      tell("");
      const place = scroller.scrollTop;
      show(outcome.news);
      // Who ticks names off a long list goes on where they were.
      if (isAskedAgain(fields)) scroller.scrollTop = place;
      else toEnd();
      isKnown = true;
      follow();
    } else {
      own?.classList.add("failed");
      release();
      tell(outcome.words || "Chưa gửi được.");
    }
  }

  function isAskedAgain(fields) {
    const item = fields.pressed_on && log.querySelector(`li[data-id="${fields.pressed_on}"]`);
    return item && [...item.querySelectorAll("button")].some((key) => key.value === fields.command);
  }

  function release() {
    for (const button of log.querySelectorAll("button[disabled]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  function tell(words) {
    const wasAtEnd = isAtEnd();
    state.textContent = words;
    state.hidden = !words;
    if (wasAtEnd) toEnd();
  }

  function pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  // A page that the phone throws away while the line is down finds its unsent words again.
  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT) || "[]");
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(waiting));
    } catch {
      // Without storage only the page itself remembers.
    }
  }

  // --- following -------------------------------------------------------------------------------

  async function look() {
    if (!isKnown || isSending) return;
    try {
      const answer = await fetch(`${base}/chat/messages?after=${revision}`, {
        headers: { Accept: "application/json" },
        cache: "no-store",
      });
      if (answer.ok) show(await answer.json());
    } catch {
      // The next look may reach the server again.
    }
  }

  // Only the page in hand holds a connection: a browser gives one site six of them in all, and
  // with that many chats open the next page could not even send. The others look now and then.
  function follow() {
    if (!isKnown || stream || !window.EventSource || !document.hasFocus()) return;
    stream = new EventSource(`${base}/chat/events?after=${revision}`);
    heardAt = Date.now();
    stream.addEventListener("ping", () => (heardAt = Date.now()));
    stream.onmessage = (event) => {
      heardAt = Date.now();
      // While something is on its way its answer brings the news, else it would stand here twice.
      if (isSending) hasMissed = true;
      else show(JSON.parse(event.data));
    };
  }

  function unfollow() {
    stream?.close();
    stream = null;
  }

  setInterval(() => {
    const isLive = stream && stream.readyState === 1 && Date.now() - heardAt < SILENCE;
    if (isLive || document.hidden) return;
    look();
    if (stream && (stream.readyState === 2 || Date.now() - heardAt >= SILENCE)) unfollow();
    follow();
  }, POLL);

  function takeUp() {
    look();
    follow();
  }

  addEventListener("focus", takeUp);
  addEventListener("blur", unfollow);
  document.addEventListener("visibilitychange", () => (document.hidden ? unfollow() : takeUp()));

  // --- keys ------------------------------------------------------------------------------------

  function sayText() {
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    fit();
    say({ text: words }, words.startsWith("/start") ? "Bắt đầu" : words);
  }

  function fit() {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 4}px`;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sayText();
    text.focus();
  });
  text.addEventListener("input", fit);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sayText();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=command]");
    if (menu() && !menu().contains(event.target)) menu().open = false;
    if (!button) return;
    event.preventDefault();
    const on = button.form.elements.pressed_on;
    const fields = { command: button.value };
    if (on) {
      fields.pressed_on = on.value;
      for (const other of button.form.querySelectorAll("button")) other.disabled = true;
      button.setAttribute("aria-busy", "true");
      say(fields);
    } else {
      if (menu()) menu().open = false;
      fields.label = button.textContent.trim();
      say(fields, fields.label);
    }
  });

  for (const fields of waiting) {
    const words = fields.text || fields.label;
    if (words) log.append(ownBubble(fields.id, words));
  }
  toEnd();
  send();
  follow();
})();
