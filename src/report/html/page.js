"use strict";
(() => {
  const key = document.body.dataset.key;
  const boxes = [...document.querySelectorAll("input[type=checkbox][data-id]")];
  const read = () => { try { return JSON.parse(localStorage.getItem(key)) || []; } catch { return []; } };
  const ticked = new Set(read());
  for (const box of boxes) {
    box.checked = ticked.has(box.dataset.id);
    box.addEventListener("change", () => {
      box.checked ? ticked.add(box.dataset.id) : ticked.delete(box.dataset.id);
      try { localStorage.setItem(key, JSON.stringify([...ticked])); } catch { /* the browser keeps nothing */ }
    });
  }
  document.getElementById("forget")?.addEventListener("click", () => {
    for (const box of boxes) { box.checked = false; }
    ticked.clear();
    try { localStorage.removeItem(key); } catch { /* the browser keeps nothing */ }
  });
  document.documentElement.dataset.ready = "";
})();
