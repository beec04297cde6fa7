"use strict";
// A phone that opens the chat without a network is told what to do, instead of nothing at all.
// Nothing personal is kept: one page that says the same to everybody, and its style.
const STYLE = "{{ static('style.css') }}";
const OFFLINE = "/mat-ket-noi";
const NAME = `diem-danh ${STYLE}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([OFFLINE, STYLE])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((name) => name.startsWith("diem-danh ") && name !== NAME);
      return Promise.all(old.map((name) => caches.delete(name)));
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search } = new URL(request.url);
  const isPage = request.mode === "navigate" && /^\/(chat|c|r|v)(\/|$)/.test(pathname);
  if (request.method !== "GET" || !(isPage || pathname + search === STYLE)) return;
  event.respondWith(fetch(request).catch(() => caches.match(isPage ? OFFLINE : STYLE)));
});
