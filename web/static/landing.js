"use strict";
// The code on the wall dies within minutes, the stamped scan lives for fifteen: a page that the
// phone loads again must open the stamp, not the wall.
const form = document.querySelector("form[data-address]");
if (form) {
  history.replaceState(null, "", form.dataset.address);
}

// A trembling thumb taps twice: once is enough, whatever line is slow.
let isSent = false;
addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
addEventListener("pageshow", () => (isSent = false));
