"use strict";
// The page at the door: the roll, the marks, and sending them when there is a network.
(() => {
  const { openCamera, openStore, find, fold, showCode } = window.door;
  const venue = document.body.dataset.venue;
  const base = `/cua/${venue}`;
  const at = (id) => document.getElementById(id);

  const EVERY = 10000; // ms between two looks at the server
  const UNDO = 6000; // ms that a mark waits on the phone, to be taken back
  const PATIENCE = 12000; // ms for an answer
  const MOST_SENT = 50; // marks in one batch; the server takes no more
  const MOST_SHOWN = 80; // rows; whoever is further down is found by name
  const CODES_LEFT = 90 * 60000; // ms; below that the next codes are asked for
  const SLIP = 600; // ms in which a second tap is a trembling finger

  let store = null; // null: nothing outlives the page
  let roll = null; // as the server said it last
  let people = [];
  let recorded = new Map(); // member -> [time, is here]
  let queue = []; // marks that the server has not answered
  let refused = []; // words
  let undone = []; // members whose mark may have arrived before it was taken back
  let shown = []; // rows as they stand: they stay in place while they are tapped
  let lookedAt = 0;
  let isKept = false; // opens without a network
  let isLost = false;
  let isOver = false;
  let isBusy = false;
  let onlyMissing = true;
  let closeCamera = null;
  let undoTimer = 0;

  // --- time -------------------------------------------------------------------------------

  const now = () => Date.now() + (roll?.offset || 0); // the server's clock, as last heard
  const clock = (ms) =>
    new Date(ms).toLocaleTimeString("vi-VN", {
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
      timeZone: "Asia/Ho_Chi_Minh",
    });

  // --- what the phone keeps ---------------------------------------------------------------

  const keepQueue = () => store?.save("queue", { clerk: roll?.clerk, queue, refused, undone });
  const keepRoll = () => store?.save("roll", roll);

  async function remember() {
    roll = await store.load("roll");
    const kept = await store.load("queue");
    if (kept && kept.clerk === roll?.clerk) ({ queue, refused, undone } = kept);
    if (roll) take(roll);
  }

  // The page and its files, so that it opens without a network.
  async function keepPage() {
    if (isKept || !store || !navigator.serviceWorker || !window.caches) return;
    await navigator.serviceWorker.register("/cua/worker.js", { scope: "/cua/" });
    const cache = await caches.open(`cua-${venue}`);
    const files = [...document.querySelectorAll("script[src], link[href]")].map(
      (tag) => tag.getAttribute("src") || tag.getAttribute("href"),
    );
    const wanted = [base, document.body.dataset.jsqr, ...files];
    await cache.addAll(wanted);
    const known = new Set(wanted.map((one) => new URL(one, location.origin).href));
    for (const one of await cache.keys()) if (!known.has(one.url)) await cache.delete(one);
    await navigator.serviceWorker.ready;
    isKept = true;
    render();
  }

  async function end(words) {
    if (isOver) return;
    isOver = true;
    closeCamera?.();
    roll = null;
    [people, queue, refused, undone, shown] = [[], [], [], [], []];
    recorded = new Map();
    for (const id of ["list", "refused", "said", "count", "typed"]) at(id).replaceChildren();
    at("page").hidden = at("undo").hidden = at("leave").hidden = at("show-code").hidden = true;
    at("over-words").textContent = words;
    at("over").hidden = false;
    await store?.wipe();
    await window.caches?.delete(`cua-${venue}`);
  }

  // --- the server -------------------------------------------------------------------------

  class Away extends Error {}

  async function ask(path, options = {}) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), PATIENCE);
    let answer;
    let said = null;
    try {
      answer = await fetch(base + path, { ...options, cache: "no-store", signal: stop.signal });
      said = await answer.json().catch(() => null);
    } catch {
      throw new Away();
    } finally {
      clearTimeout(limit);
    }
    if (said?.ended) await end(said.error);
    // A hotel's sign-in page also answers 200: only what we would say counts.
    if (!said || (!answer.ok && answer.status !== 400)) throw new Away();
    return { isTaken: answer.ok, said };
  }

  const post = (path, body) =>
    ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });

  async function look() {
    const last = roll?.codes.at(-1);
    const needsCodes = !last || last[1] - now() < CODES_LEFT;
    const asked = Date.now();
    const { said } = await ask(`/so-lieu?known=${roll?.digest || ""}${needsCodes ? "" : "&codes=0"}`, {
      headers: { Accept: "application/json" },
    });
    if (!said.digest) throw new Away();
    lookedAt = Date.now();
    if (roll && roll.clerk !== said.clerk && queue.length) {
      refused.push(`${queue.length} lượt của người dùng trước trên máy này đã bị bỏ.`);
      queue = [];
    }
    const offset = said.at - (asked + Date.now()) / 2;
    const kept = { people: roll?.people, codes: roll?.codes || [] };
    roll = {
      ...said,
      offset,
      people: said.people || kept.people,
      codes: said.codes || kept.codes,
    };
    take(roll);
    noticeUndone();
    await Promise.all([keepRoll(), keepQueue()]);
  }

  function take(said) {
    people = said.people.map(([id, number, name, cell, year, card, isObliged]) => ({
      id, number, name, cell, year, card, isObliged, folded: fold(name),
    }));
    recorded = new Map(said.recorded.map(([id, time, isHere]) => [id, [time, isHere]]));
    at("screen").href = said.screen;
    if (!shown.length) choose();
  }

  function noticeUndone() {
    for (const id of undone.filter((one) => recorded.has(one))) {
      const person = people.find((one) => one.id === id);
      refused.push(
        `${person?.name}: lượt đã hoàn tác vẫn đến máy chủ. Đề nghị đính chính trong hội thoại.`,
      );
    }
    undone = undone.filter((one) => !recorded.has(one));
  }

  // Sends what has waited long enough; true where anything went.
  async function send() {
    let hasSent = false;
    let size = MOST_SENT;
    for (;;) {
      const batch = queue.filter((mark) => mark.after <= Date.now()).slice(0, size);
      if (!batch.length || isOver) return hasSent;
      for (const mark of batch) mark.wasTried = mark.isGoing = true;
      render();
      try {
        const marks = batch.map(({ id, named, key, at: seenAt, offline }) => ({
          id, named, key, at: Math.round(seenAt), offline,
        }));
        const { isTaken, said } = await post("/ghi-nhan", { clerk: roll.clerk, marks });
        if (isTaken) settle(batch, said.answers);
        else if (batch.length > 1) size = 1;
        else settle(batch, [{ id: batch[0].id, present: false, words: "Máy chủ không nhận." }]);
        hasSent = true;
      } catch (error) {
        for (const mark of batch) mark.offline = true;
        throw error;
      } finally {
        for (const mark of batch) mark.isGoing = false;
        if (!isOver) await keepQueue();
      }
    }
  }

  function settle(batch, answers) {
    const said = new Map(answers.map((answer) => [answer.id, answer]));
    for (const mark of batch.filter((one) => said.has(one.id))) {
      const { present, words } = said.get(mark.id);
      queue = queue.filter((one) => one !== mark);
      if (!present) refused.push(mark.name ? `${mark.name}: ${words}` : `${mark.label}: ${words}`);
      else if (!mark.member) say(words);
      else if (!recorded.has(mark.member)) recorded.set(mark.member, [clock(mark.at), true]);
    }
  }

  async function sync() {
    if (isBusy || isOver) return;
    if (roll && now() >= roll.expires) return void (await end("Phiên làm việc tại cửa đã hết."));
    isBusy = true;
    try {
      if (!roll) await look();
      const hasSent = await send();
      if (hasSent || Date.now() - lookedAt > EVERY - SLIP) await look();
      isLost = false;
      keepPage().catch(() => {}); // tried again at the next look
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      isLost = true;
    } finally {
      isBusy = false;
      render();
    }
  }

  // --- marking ----------------------------------------------------------------------------

  const waiting = (id) => queue.find((mark) => mark.member === id);
  const age = (person) => waiting(person.id)?.at || 0;
  const isPresent = (person) => recorded.has(person.id) || Boolean(waiting(person.id));

  function say(words) {
    at("said").textContent = words;
  }

  function called(person) {
    return person.year ? `${person.name} (${person.year})` : person.name;
  }

  function markPerson(person) {
    if (String(person.id) === roll.clerk) {
      return say("Cán bộ không tự xác nhận cho mình. Đề nghị đồng chí tự điểm danh.");
    }
    if (recorded.has(person.id)) {
      return say(`Đồng chí ${called(person)} đã được ghi nhận lúc ${recorded.get(person.id)[0]}.`);
    }
    if (waiting(person.id)) return say(`Đồng chí ${called(person)} đã được ghi nhận trên máy này.`);
    put({ named: "member", key: String(person.id), member: person.id, name: called(person) });
  }

  function put(what) {
    const mark = {
      ...what,
      id: newId(),
      at: now(),
      after: Date.now() + UNDO,
      offline: isLost || !navigator.onLine,
    };
    queue.push(mark);
    keepQueue();
    navigator.vibrate?.(40);
    const number = people.find((one) => one.id === mark.member)?.number;
    const words = mark.name ? `${number}. ${mark.name}` : mark.label;
    say(`Đã ghi: ${words}, ${clock(mark.at)}.`);
    offerUndo(mark, words);
    setTimeout(sync, UNDO + 100);
    render();
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function offerUndo(mark, words) {
    const bar = at("undo");
    bar.querySelector("span").textContent = `✓ ${words}`;
    bar.querySelector("button").onclick = () => takeBack(mark);
    bar.hidden = false;
    clearTimeout(undoTimer);
    undoTimer = setTimeout(() => (bar.hidden = true), UNDO);
  }

  function takeBack(mark) {
    if (!queue.includes(mark) || mark.isGoing) return;
    queue = queue.filter((one) => one !== mark);
    if (mark.wasTried && mark.member) undone.push(mark.member);
    keepQueue();
    at("undo").hidden = true;
    say(`Đã hoàn tác: ${mark.name || mark.label}.`);
    render();
  }

  // What a camera has read: a card, a registration slip, or nothing of ours.
  async function read(code) {
    const [, kind, key] = /\/([trc])\/([A-Za-z0-9_-]{1,64})$/.exec(code) || [];
    if (kind === "t") {
      const card = await digest(key);
      const person = people.find((one) => one.card === card);
      if (person) return markPerson(person);
      return putOnce({ named: "card", key, label: "Khách từ điểm cầu khác (thẻ)" });
    }
    if (kind === "r") return putOnce({ named: "slip", key, label: "Phiếu đăng ký" });
    if (kind === "c") return say("Đây là mã của hội trường, không phải thẻ của đảng viên.");
    say("Mã này không phải thẻ dự học tập.");
  }

  function putOnce(what) {
    if (queue.some((mark) => mark.key === what.key)) return say(`${what.label}: đã ghi trên máy này.`);
    put(what);
  }

  async function digest(token) {
    if (!crypto.subtle) return ""; // over plain http: the server knows the card
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
    return [...new Uint8Array(bytes)]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .slice(0, 12);
  }

  // --- the page ---------------------------------------------------------------------------

  const isMissing = (person) => !isPresent(person);

  // Which rows stand there; asked for by the person, never by what comes from the server.
  function choose() {
    const query = at("query").value.trim();
    if (query) shown = find(people, query, (person) => Number(isPresent(person)));
    else shown = onlyMissing ? people.filter(isMissing) : people;
    const code = query.toUpperCase().replace(/\s+/g, "");
    const isCode = /\d/.test(code) && code.length >= 3 && /^[\p{L}\d._/-]+$/u.test(code);
    at("guest").hidden = !isCode || people.some((one) => String(one.number) === query);
    at("guest").textContent = `Khách từ điểm cầu khác, mã ${code}: ghi nhận`;
    at("guest").dataset.code = code;
    at("only-missing").setAttribute("aria-pressed", String(onlyMissing));
    at("everybody").setAttribute("aria-pressed", String(!onlyMissing));
    render();
  }

  // Whom the words can mean, recorded or not: a whole number means its own row alone.
  function meant() {
    const query = at("query").value.trim();
    if (!query) return [];
    const numbered = shown.filter((person) => String(person.number) === query);
    return numbered.length ? numbered : shown;
  }

  function row(person, isHit) {
    const line = document.createElement("li");
    const mark = waiting(person.id);
    const main = document.createElement("button");
    main.type = "button";
    main.className = "row";
    main.dataset.id = person.id;
    main.append(part("number", person.number), names(person), part("state", stateOf(person, mark)));
    main.onclick = () => tapped(person);
    line.append(main);
    line.classList.toggle("present", isPresent(person));
    line.classList.toggle("hit", isHit && !isPresent(person));
    if (mark && !mark.isGoing) {
      const undo = document.createElement("button");
      undo.type = "button";
      undo.className = "take-back";
      undo.textContent = "Hoàn tác";
      undo.setAttribute("aria-label", `Hoàn tác: ${called(person)}`);
      undo.onclick = () => Date.now() - (mark.after - UNDO) > SLIP && takeBack(mark);
      line.append(undo);
    }
    return line;
  }

  function part(name, words) {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = words;
    return made;
  }

  function names(person) {
    const made = part("person", "");
    made.append(part("name", called(person)), part("cell", person.cell));
    return made;
  }

  function stateOf(person, mark) {
    if (recorded.has(person.id)) {
      const [time, isHere] = recorded.get(person.id);
      return isHere ? `✓ ${time}` : `✓ ${time}, nơi khác`;
    }
    return mark ? `✓ ${clock(mark.at)}` : "";
  }

  function tapped(person) {
    const isSought = at("query").value !== "";
    markPerson(person);
    if (isSought && isPresent(person)) clearQuery();
  }

  function clearQuery() {
    at("query").value = "";
    choose();
  }

  function render() {
    if (isOver) return;
    if (roll) {
      const more = people.filter((one) => one.isObliged && !recorded.has(one.id) && waiting(one.id));
      at("count").textContent = `${roll.present + more.length}/${roll.summoned}`;
      at("only-missing").textContent = `Chưa ghi nhận ${people.filter(isMissing).length}`;
      at("everybody").textContent = `Tất cả ${people.length}`;
      showCode(roll.codes, now());
    }
    at("line").textContent = line();
    document.body.classList.toggle("lost", isLost);
    const late = queue.filter((mark) => isLost || mark.after <= Date.now());
    at("unsent").hidden = !late.length;
    at("unsent").textContent = `Chưa gửi ${late.length}`;
    const [hit, ...others] = meant();
    const visible = shown.slice(0, MOST_SHOWN);
    const focused = document.activeElement?.dataset?.id;
    at("list").replaceChildren(...visible.map((one) => row(one, one === hit && !others.length)));
    if (focused) at("list").querySelector(`[data-id="${focused}"]`)?.focus();
    at("more").hidden = shown.length <= MOST_SHOWN;
    at("more").textContent = `Còn ${shown.length - MOST_SHOWN} đồng chí nữa: gõ tên để tìm.`;
    at("refused").hidden = !refused.length;
    at("refused").replaceChildren(...refused.map(refusal));
  }

  function line() {
    if (!roll) return isLost ? "Chưa kết nối được. Trang tự thử lại." : "Đang tải danh sách…";
    if (isLost) return "Mất kết nối. Vẫn ghi nhận được; trang tự gửi khi có mạng.";
    const kept = isKept ? " Dùng được khi mất mạng." : "";
    return `Đã kết nối, cập nhật lúc ${clock(roll.at)}.${kept}`;
  }

  function refusal(words) {
    const made = document.createElement("li");
    made.append(part("words", words));
    const done = document.createElement("button");
    done.type = "button";
    done.textContent = "Đã xem";
    done.onclick = () => {
      refused = refused.filter((one) => one !== words);
      keepQueue();
      render();
    };
    made.append(done);
    return made;
  }

  // --- keys -------------------------------------------------------------------------------

  at("find").onsubmit = (event) => {
    event.preventDefault();
    const found = meant();
    if (found.length > 1) return say(`Có ${found.length} người, đề nghị gõ thêm hoặc bấm tên.`);
    if (!found.length) return;
    markPerson(found[0]);
    clearQuery();
    at("query").focus();
  };
  at("query").oninput = choose;
  at("only-missing").onclick = () => {
    onlyMissing = true;
    clearQuery();
  };
  at("everybody").onclick = () => {
    onlyMissing = false;
    clearQuery();
  };
  // Whoever is not sent yet can still be taken back, the latest first.
  at("unsent").onclick = () => {
    at("query").value = "";
    choose();
    shown = people.filter((person) => waiting(person.id)).sort((a, b) => age(b) - age(a));
    render();
  };
  at("guest").onclick = () => {
    const { code } = at("guest").dataset;
    putOnce({ named: "code", key: code, label: `Khách, mã ${code}` });
    clearQuery();
  };
  at("show-code").onclick = () => {
    at("code").hidden = !at("code").hidden;
    at("show-code").setAttribute("aria-expanded", String(!at("code").hidden));
    if (!at("code").hidden) at("code").scrollIntoView({ block: "nearest" });
  };
  at("scan").onclick = async () => {
    at("camera").hidden = false;
    try {
      closeCamera = await openCamera(at("video"), document.body.dataset.jsqr, read);
    } catch {
      at("camera").hidden = true;
      say("Chưa mở được máy ảnh. Đề nghị cho phép dùng máy ảnh, hoặc tìm theo tên.");
    }
  };
  at("stop").onclick = () => {
    closeCamera?.();
    closeCamera = null;
    at("camera").hidden = true;
  };
  at("leave").onclick = async () => {
    const key = at("leave");
    if (queue.length && key.dataset.asked === undefined) {
      key.dataset.asked = "";
      say(`Còn ${queue.length} lượt chưa gửi. Bấm Thoát lần nữa để bỏ các lượt này.`);
      setTimeout(() => delete key.dataset.asked, UNDO);
      return;
    }
    try {
      await post("/thoat", {});
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      await end("Chưa thoát được trên máy chủ. Khi có mạng, đề nghị mở lại trang và bấm Thoát.");
    }
  };

  // --- beginning --------------------------------------------------------------------------

  function warn(words) {
    at("open").hidden = false;
    at("open").textContent = `${words} Không đóng trang khi còn lượt chưa gửi.`;
  }

  async function begin() {
    store = await openStore(venue).catch(() => null);
    if (store) await remember();
    if (!window.isSecureContext) warn("Trang này cần https để dùng khi mất mạng.");
    else if (!store || !navigator.serviceWorker) {
      warn("Trình duyệt này không mở lại được trang khi mất mạng.");
    }
    render();
    await sync();
    setInterval(() => (document.hidden && !queue.length) || sync(), EVERY);
    setInterval(() => roll && showCode(roll.codes, now()), 1000);
    addEventListener("online", sync);
    addEventListener("offline", () => {
      isLost = true;
      render();
    });
    document.addEventListener("visibilitychange", () => document.hidden || sync());
  }

  // Two pages of one hall would write over each other's marks.
  if (!navigator.locks) begin();
  else {
    navigator.locks.request(`cua-${venue}`, { ifAvailable: true }, async (mine) => {
      if (!mine) {
        at("line").textContent = "Trang này đang mở ở một cửa sổ khác. Đề nghị dùng cửa sổ đó.";
        return;
      }
      begin();
      await new Promise(() => {});
    });
  }
})();
