"use strict";
// The hall's rotating code on the clerk's phone, from the codes that the server handed out ahead.
(() => {
  const QUIET = 2; // modules of white around the code

  function draw(canvas, url) {
    if (canvas.dataset.url === url) return;
    const code = window.qrcode(0, "M");
    code.addData(url);
    code.make();
    const count = code.getModuleCount() + 2 * QUIET;
    const size = Math.max(4, Math.floor(560 / count));
    canvas.width = canvas.height = count * size;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    for (let row = 0; row < code.getModuleCount(); row += 1) {
      for (let column = 0; column < code.getModuleCount(); column += 1) {
        if (code.isDark(row, column)) {
          pen.fillRect((column + QUIET) * size, (row + QUIET) * size, size, size);
        }
      }
    }
    canvas.dataset.url = url;
  }

  // Shows what stands on the wall at that instant; what is stale is not shown.
  function showCode(codes, now) {
    const [canvas, typed, left] = ["qr", "typed", "left"].map((id) => document.getElementById(id));
    const code = codes.find(([from, until]) => (from === null || from <= now) && now < until);
    canvas.hidden = typed.hidden = !code;
    if (!code) {
      left.textContent = codes.length
        ? "Mã giữ sẵn trên máy đã hết. Cần có mạng để lấy mã tiếp theo."
        : "Hiện không có mã nào.";
      return;
    }
    const [from, until, url, digits] = code;
    draw(canvas, url);
    typed.textContent = `${digits.slice(0, 3)} ${digits.slice(3)}`;
    left.textContent =
      from === null ? "Mã này không đổi." : `Đổi sau ${Math.ceil((until - now) / 1000)} giây.`;
  }

  window.door = Object.assign(window.door || {}, { showCode });
})();
