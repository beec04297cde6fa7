"use strict";
// The server says that it is over: nothing of that hall stays on the phone.
(() => {
  const venue = document.querySelector("[data-venue]")?.dataset.venue;
  if (!venue) return;
  window.indexedDB?.deleteDatabase(`cua-${venue}`);
  window.caches?.delete(`cua-${venue}`);
})();
