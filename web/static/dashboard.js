// The figures say so when they can no longer be trusted.
"use strict";
const lost = document.getElementById("lost");
const cutOff = () => { lost.hidden = false; };
document.body.addEventListener("htmx:sendError", cutOff);
document.body.addEventListener("htmx:responseError", cutOff);
document.body.addEventListener("htmx:timeout", cutOff);
document.body.addEventListener("htmx:afterOnLoad", () => { lost.hidden = true; });
// Nobody looks: nothing is asked. When somebody does again, the next turn comes by itself.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.visibilityState === "hidden") event.preventDefault();
});
