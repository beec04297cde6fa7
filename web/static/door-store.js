"use strict";
// What the phone keeps of a hall: encrypted with a key that scripts cannot read, gone with the
// session. docs/operating.md says what that protects and what not.
(() => {
  const promised = (request) =>
    new Promise((done, refuse) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => refuse(request.error);
    });

  async function openStore(venue) {
    if (!window.isSecureContext || !window.crypto?.subtle || !window.indexedDB) return null;
    const name = `cua-${venue}`;
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    const database = await promised(request);
    database.onversionchange = () => database.close();
    const kept = (mode) => database.transaction("kept", mode).objectStore("kept");

    // One key from the beginning: two that are made at once would shut each other out.
    const key = await findKey();

    async function findKey() {
      const known = await promised(kept("readonly").get("key"));
      if (known) return known;
      const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
        "encrypt",
        "decrypt",
      ]);
      await promised(kept("readwrite").put(made, "key"));
      return made;
    }

    return {
      async load(part) {
        const sealed = await promised(kept("readonly").get(part));
        if (!sealed) return null;
        try {
          const plain = await crypto.subtle.decrypt(
            { name: "AES-GCM", iv: sealed.iv },
            key,
            sealed.body,
          );
          return JSON.parse(new TextDecoder().decode(plain));
        } catch {
          return null;
        }
      },
      async save(part, value) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const plain = new TextEncoder().encode(JSON.stringify(value));
        const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain);
        await promised(kept("readwrite").put({ iv, body }, part));
      },
      async wipe() {
        await promised(kept("readwrite").clear());
        database.close();
        indexedDB.deleteDatabase(name);
      },
    };
  }

  window.door = Object.assign(window.door || {}, { openStore });
})();
