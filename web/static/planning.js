// The code of a campaign follows its name until somebody writes one of their own.
"use strict";
const title = document.getElementById("title");
const code = document.getElementById("code");
const made = document.getElementById("made");
if (title && code && made) {
  const from = (name) => (name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replace(/[đð]/g, "d").match(/[a-z0-9]+/g) || [])
    .map((word) => (/^\d+$/.test(word) ? word : word[0])).join("").slice(0, 12).toUpperCase();
  const show = () => { made.textContent = code.value || from(title.value) || "lập từ tên đợt"; };
  title.addEventListener("input", show);
  code.addEventListener("input", show);
  show();
}
