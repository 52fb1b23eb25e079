"use strict";
// Shows the places that fit the filters, and the rules that have such places.
(() => {
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const boxes = [...filters.querySelectorAll("input[type=checkbox]")];
  const record = filters.querySelector("select");
  const search = filters.querySelector("input[type=search]");
  const rules = [...document.querySelectorAll("details.rule")];
  const empty = document.querySelector(".empty");

  const places = new Map(rules.map((rule) => [rule, [...rule.querySelectorAll(".place")].map(
    (place) => ({ place, text: place.textContent.toLowerCase() }))]));

  function apply() {
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const rule of rules) {
      const head = rule.querySelector("summary").textContent.toLowerCase();
      let inside = 0;
      for (const { place, text } of places.get(rule)) {
        const fits = (!record.value || place.dataset.record === record.value)
          && words.every((word) => text.includes(word) || head.includes(word));
        place.hidden = !fits;
        if (fits) inside += 1;
      }
      rule.hidden = !severities.has(rule.dataset.severity) || inside === 0;
      if (!rule.hidden) shown += 1;
    }
    empty.style.display = shown ? "none" : "block";
  }

  filters.hidden = false;
  filters.addEventListener("input", apply);
  for (const link of document.querySelectorAll("a[data-record]")) {
    link.addEventListener("click", () => { record.value = link.dataset.record; apply(); });
  }
  for (const link of document.querySelectorAll("a[data-rule]")) {
    link.addEventListener("click", () => {
      record.value = ""; search.value = "";
      for (const box of boxes) box.checked = true;
      apply();
      document.getElementById(link.dataset.rule).open = true;
    });
  }
  window.addEventListener("beforeprint", () => { for (const rule of rules) rule.open = true; });
})();
