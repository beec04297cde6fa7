"use strict";
// Opens the page at the door where there is no network. It keeps the page and its files, which name
// nobody; the roll is the page's own business.
const PAGE = /^\/cua\/(\d+)$/;
const PATIENCE = 4000; // ms; a dying network is worse than none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const page = PAGE.exec(url.pathname);
  if (page && request.mode === "navigate") event.respondWith(open(request, `cua-${page[1]}`));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function open(request, name) {
  const kept = await caches.match(new URL(request.url).pathname, { cacheName: name });
  if (!kept) return fetch(request);
  const network = fetch(request);
  const late = new Promise((_, refuse) => setTimeout(refuse, PATIENCE));
  try {
    const answer = await Promise.race([network, late]);
    return answer.status >= 500 ? kept : answer;
  } catch {
    network.catch(() => {});
    return kept;
  }
}

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}
