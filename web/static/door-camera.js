"use strict";
// Reading a card's QR: by the browser itself where it can, else by jsQR.
(() => {
  const EVERY = 160; // ms
  const AGAIN = 3000; // ms; a card that is still held up is not read twice
  const WIDEST = 640; // pixels that are searched

  function script(address) {
    return new Promise((done, refuse) => {
      const tag = document.createElement("script");
      tag.src = address;
      tag.onload = done;
      tag.onerror = refuse;
      document.head.append(tag);
    });
  }

  async function nativeReader() {
    try {
      const formats = (await window.BarcodeDetector?.getSupportedFormats()) || [];
      if (!formats.includes("qr_code")) return null;
    } catch {
      return null;
    }
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }

  async function vendoredReader(address) {
    if (!window.jsQR) await script(address);
    const canvas = document.createElement("canvas");
    const drawing = canvas.getContext("2d", { willReadFrequently: true });
    return async (video) => {
      const scale = Math.min(1, WIDEST / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = drawing.getImageData(0, 0, canvas.width, canvas.height);
      return window.jsQR(data, canvas.width, canvas.height)?.data;
    };
  }

  // Hands every code that is held up to `read`; returns what stops it.
  async function openCamera(video, address, read) {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    video.srcObject = stream;
    await video.play();
    const decode = (await nativeReader()) || (await vendoredReader(address));
    let last = "";
    let lastAt = 0;
    let isOpen = true;
    async function look() {
      if (!isOpen) return;
      const found = video.videoWidth ? await decode(video).catch(() => null) : null;
      if (isOpen && found && (found !== last || Date.now() - lastAt > AGAIN)) read(found);
      if (found) [last, lastAt] = [found, Date.now()];
      setTimeout(look, EVERY);
    }
    look();
    return () => {
      isOpen = false;
      stream.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    };
  }

  window.door = Object.assign(window.door || {}, { openCamera });
})();
