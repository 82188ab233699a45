// Lists: the sheet of filters for keyboards, and links that are copied instead of followed.
(() => {
  "use strict";

  const sheet = document.getElementById("filter-sheet");
  const opener = document.querySelector("[data-filters-open]");
  const FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden], [tabindex='-1']), select, textarea, [tabindex='0']";
  const isOver = () => sheet && getComputedStyle(sheet.parentElement).position === "fixed" && sheet.offsetParent !== null;
  const within = () => [...sheet.querySelectorAll(FOCUSABLE)].filter((element) => element.offsetParent !== null && !element.matches(".select2-hidden-accessible"));

  // The library of the choices leaves its fields without a name; they stand beside the select that has a label. Whenever it draws them.
  const filters = document.getElementById("changelist-filter");
  const nameDrawn = () => {
    filters.querySelectorAll("select + .select2-container").forEach((drawn) => {
      const name = drawn.previousElementSibling.labels[0]?.textContent.trim();
      drawn.querySelectorAll(".select2-search__field, .select2-selection").forEach((field) => name && field.setAttribute("aria-label", name));
    });
  };
  if (filters) {
    nameDrawn();
    new MutationObserver(nameDrawn).observe(filters, { childList: true, subtree: true });
  }
  // Opened: to its first field. Closed by Escape, its button or a press beside it: back to where it was opened.
  if (sheet && opener) {
    let wasOver = false;
    new MutationObserver(() => {
      if (isOver() === wasOver) return;
      wasOver = !wasOver;
      (wasOver ? within().find((one) => one.matches("input, select, .select2-selection")) : opener)?.focus();
    }).observe(sheet.parentElement, { attributes: true, attributeFilter: ["style", "class"] });
  }
  document.addEventListener(
    "keydown",
    (event) => {
      // A field of choices keeps Escape to itself, also where it has nothing open.
      if (event.key !== "Escape" || !isOver() || document.querySelector(".select2-container--open")) return;
      sheet.querySelector("[data-filters-close]").click();
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !isOver()) return;
    const all = within();
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge && sheet.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-copies-link]");
    if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey) return; // followed, it stands in the address bar
    event.preventDefault();
    const words = link.textContent;
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      location.assign(link.href);
      return;
    }
    link.textContent = link.dataset.copiesLink;
    setTimeout(() => (link.textContent = words), 2000);
  });
})();
