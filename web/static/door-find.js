"use strict";
// Finding people of a hall by part of a name, with or without marks, or by their number.
(() => {
  const fold = (words) =>
    words
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/[đĐ]/g, "d")
      .toLowerCase()
      .trim()
      .replace(/\s+/g, " ");

  // How well somebody fits, 0 best; null: not at all. The given name, the last word, comes first.
  function fit(person, sought) {
    if (/^\d+$/.test(sought)) {
      const number = String(person.number);
      if (number === sought) return 0;
      return number.startsWith(sought) ? 1 : null;
    }
    const name = ` ${person.folded}`;
    if (person.folded === sought) return 0;
    if (name.endsWith(` ${sought}`)) return 1;
    if (name.slice(name.lastIndexOf(" ")).startsWith(` ${sought}`)) return 2;
    if (name.includes(` ${sought}`)) return 3;
    return name.includes(sought) ? 4 : null;
  }

  // Who fits, best first; those still to be marked before the others.
  function find(people, query, isPresent) {
    const sought = fold(query);
    return people
      .map((person) => ({ person, fit: fit(person, sought) }))
      .filter((one) => one.fit !== null)
      .sort(
        (a, b) =>
          isPresent(a.person) - isPresent(b.person) ||
          a.fit - b.fit ||
          a.person.number - b.person.number,
      )
      .map((one) => one.person);
  }

  window.door = Object.assign(window.door || {}, { fold, find });
})();
