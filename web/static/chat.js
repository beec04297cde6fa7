"use strict";
// The page works without this. With it: nothing typed is lost when the line is, what the bot says
// appears by itself, and every message goes out once however often it has to be sent.
(() => {
  const { base } = document.body.dataset;
  let { speaker } = document.body.dataset; // for whom the page was opened; all it sends says so
  const log = document.getElementById("log");
  const scroller = document.getElementById("scroller");
  const state = document.getElementById("state");
  const form = document.getElementById("say");
  const text = document.getElementById("text");
  const header = document.querySelector("header");
  const menu = () => document.querySelector(".menu"); // comes once its person is known
  const heard = document.getElementById("heard");
  const speaking = document.getElementById("speaking");
  let { chat } = document.body.dataset; // "" until the first words
  const KEPT = `diem-danh-cho-gui${base}/${speaker || chat}`;
  const DRAFT = `diem-danh-dang-go${base}/${speaker || chat}`;
  const LOST = "Mất kết nối. Đang kết nối lại; nội dung đang gõ vẫn được giữ.";
  const UNSENT = "Mất kết nối. Tin chưa gửi được, đang thử lại.";
  const SENT_WITHIN = 15000; // ms; then it is tried again under the same id
  const POLL = 3000;
  const SILENCE = 40000; // a stream that beats no more is dead, whatever the browser thinks

  let revision = Number(document.body.dataset.revision);
  let waiting = JSON.parse(recall(KEPT) || "[]"); // what is still to be sent, oldest first
  let isSending = false;
  let stream = null;
  let heardAt = 0;
  let hasMissed = false;
  let isLooking = false;
  let isAwaited = false; // what was asked for is being made, and comes by itself

  // --- what the bot says -----------------------------------------------------------------------

  function show(news) {
    const wasAtEnd = isAtEnd();
    const items = parse(news.html);
    if (items.length) document.getElementById("welcome")?.remove();
    const placed = items.filter(place);
    readOut(placed.filter((item) => item.matches(".bot")));
    revision = Math.max(revision, news.revision);
    if (news.menu && !menu()) header.insertAdjacentHTML("beforeend", news.menu);
    if (news.name && !document.body.dataset.persona) speaking.textContent = news.name;
    if (!items.length) return false;
    if (wasAtEnd || isAwaited) toEnd();
    isAwaited = false;
    return true;
  }

  function parse(html) {
    const parsed = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html");
    return [...parsed.querySelectorAll("li")];
  }

  // A screen reader is told what is new and no more: neither what was said nor what stood there.
  function readOut(items) {
    if (!items.length) return;
    const words = items.flatMap((item) => [
      ...[...item.querySelectorAll("img")].map((picture) => picture.alt),
      item.querySelector("p").textContent,
    ]);
    const line = document.createElement("p");
    line.textContent = words.join(" ");
    heard.replaceChildren(line);
  }

  // Whether it is new here.
  function place(item) {
    const edition = Number(item.dataset.revision);
    const shown = log.querySelector(`li[data-id="${item.dataset.id}"]`);
    if (shown && edition <= Number(shown.dataset.revision)) return false;
    const hadFocus = shown?.contains(document.activeElement);
    shown?.remove();
    // An edited answer goes below the words it answers; what is still unsent stays last.
    const later = [...log.children].find(
      (other) => !other.dataset.id || Number(other.dataset.revision) > edition,
    );
    log.insertBefore(item, later || null);
    if (hadFocus) (item.querySelector("button") || text).focus({ preventScroll: true });
    return true;
  }

  async function showOlder(link) {
    const answer = await ask(link.getAttribute("href"));
    if (!answer.ok) return tell(answer.status === 409 ? "" : LOST);
    const height = scroller.scrollHeight;
    const items = parse(answer.body.html);
    items.forEach(place);
    scroller.scrollTop += scroller.scrollHeight - height;
    const { older } = answer.body;
    if (older) link.href = `${base}/chat?${new URLSearchParams({ before: older, as: speaker })}`;
    else link.remove();
    if (!older) scroller.focus({ preventScroll: true });
    heard.textContent = `Đã tải thêm ${items.length} tin cũ hơn.`;
  }

  // A picture that is loaded late pushes the end down: whoever stood there stays there.
  log.addEventListener("load", (event) => isAtEnd(event.target.offsetHeight) && toEnd(), true);

  function isAtEnd(but = 0) {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120 + but;
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
    if (label) {
      log.append(ownBubble(waiting[waiting.length - 1].id, label));
      toEnd();
    }
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
        tell(outcome.words || UNSENT);
        await pause(outcome.wait || Math.min(1000 * 2 ** (tries - 1), 8000));
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
    const body = new URLSearchParams({ ...fields, as: speaker, after: String(revision) });
    const answer = await ask(`${base}/chat/messages`, { method: "POST", body });
    if (answer.status === 428) speaker = ""; // the browser had kept no token; it has one now
    const again = !answer.status || answer.status >= 500 || [428, 429].includes(answer.status);
    const wait = answer.status === 429 ? answer.wait : 0; // who speaks too much is told how long
    return { ok: answer.ok, again, wait, words: answer.body.error, news: answer.body };
  }

  // What the server answers; a status of 0 where it could not be reached.
  async function ask(path, options) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), SENT_WITHIN);
    try {
      const answer = await fetch(path, {
        headers: { Accept: "application/json" },
        cache: "no-store",
        signal: stop.signal,
        ...options,
      });
      const wait = 1000 * Number(answer.headers.get("Retry-After"));
      return { ok: answer.ok, status: answer.status, wait, body: await answer.json() };
    } catch {
      return { ok: false, status: 0, body: {} };
    } finally {
      clearTimeout(limit);
    }
  }

  function settle(fields, outcome) {
    const own = log.querySelector(`li[data-waiting="${fields.id}"]`);
    if (outcome.ok) {
      if (isOthers(outcome.news)) return location.reload();
      chat = outcome.news.chat;
      own?.remove();
      release();
      tell("");
      const place = scroller.scrollTop;
      isAwaited = !show(outcome.news);
      // Who ticks names off a long list goes on where they were, and so does who has to wait.
      if (isAwaited || isAskedAgain(fields)) scroller.scrollTop = place;
      else toEnd();
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
    if (state.textContent === words) return; // said again it would be read out again
    const wasAtEnd = isAtEnd();
    state.textContent = words;
    if (wasAtEnd) toEnd();
  }

  function pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  // A page that the phone throws away while the line is down finds its unsent words again.
  function recall(name) {
    try {
      return sessionStorage.getItem(name);
    } catch {
      return null;
    }
  }

  function store(name, words) {
    try {
      sessionStorage.setItem(name, words);
    } catch {
      // Without storage only the page itself remembers.
    }
  }

  function keep() {
    store(KEPT, JSON.stringify(waiting));
  }

  // --- following -------------------------------------------------------------------------------

  async function look() {
    if (!chat || isSending || isLooking) return;
    isLooking = true;
    const answer = await ask(`${base}/chat/messages?${query()}`);
    isLooking = false;
    if (isSending) return;
    const isGone = answer.ok ? isOthers(answer.body) : [401, 409].includes(answer.status);
    if (isGone) return location.reload();
    if (!answer.ok) return tell(LOST);
    isBack();
    show(answer.body);
  }

  // A browser that was stopped, or has forgotten its person, shows this chat no longer.
  function isOthers(news) {
    return chat && news.chat !== chat;
  }

  function isBack() {
    heardAt = Date.now();
    if (state.textContent === LOST) tell("");
  }

  function query() {
    return new URLSearchParams({ after: String(revision), as: speaker });
  }

  // Only the page in hand holds a connection: a browser gives one site six of them in all, and
  // with that many chats open the next page could not even send. The others look now and then.
  function follow() {
    if (!chat || stream || !window.EventSource || !document.hasFocus()) return;
    stream = new EventSource(`${base}/chat/events?${query()}`);
    heardAt = Date.now();
    stream.onerror = look; // says at once that the line is cut, or whose chat this is now
    stream.addEventListener("ping", isBack);
    stream.onmessage = (event) => {
      isBack();
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
    store(DRAFT, "");
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
  text.addEventListener("input", () => {
    fit();
    store(DRAFT, text.value);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sayText();
  });

  document.addEventListener("click", (event) => {
    const older = event.target.closest("#older");
    if (older) {
      event.preventDefault();
      showOlder(older);
    }
    const button = event.target.closest("button[name=command]");
    if (menu() && !menu().contains(event.target)) menu().open = false;
    if (!button) return;
    event.preventDefault();
    const on = button.form.elements.pressed_on;
    const fields = { command: button.value };
    if (log.contains(button)) {
      for (const other of button.form.querySelectorAll("button")) other.disabled = true;
      button.setAttribute("aria-busy", "true");
    }
    if (on) {
      fields.pressed_on = on.value;
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
  text.value = recall(DRAFT) || text.value;
  fit();
  toEnd();
  send();
  follow();
  if (!base) navigator.serviceWorker?.register("/worker.js");
})();
