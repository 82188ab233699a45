// Keys for the whole admin; `?` tells what they do. A letter typed into a field is that letter.
(() => {
  "use strict";

  const FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=searchbox], .select2-container";
  const isTyping = (event) =>
    event.isComposing || event.key === "Process" || event.target.closest?.(FIELDS) || document.querySelector("dialog[open]");

  const focusSearch = () => {
    const field = document.querySelector("#searchbar, #content input[type=search]");
    if (!field) return openDialog("palette"); // a page without a list of its own
    field.focus();
    field.select?.();
  };
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };

  // The link of a row is what the focus is on: Enter opens it, and a screen reader tells what it is.
  const moveToRow = (step) => {
    const links = [...document.querySelectorAll("#result_list tbody tr.data-row")]
      .map((row) => row.querySelector("th a, td a"))
      .filter(Boolean);
    const row = document.activeElement.closest?.("#result_list tbody tr.data-row");
    const at = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    next?.focus();
  };

  const DOES = {
    "/": focusSearch,
    "?": () => openDialog("shortcuts"),
    j: () => moveToRow(1),
    k: () => moveToRow(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.altKey) return;
    const isChord = event.ctrlKey || event.metaKey;
    const does = isChord ? event.key.toLowerCase() === "k" && (() => openDialog("palette")) : DOES[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) openDialog("palette");
    // A press on the darkened page beside a dialog closes it.
    if (event.target.matches("dialog[open]") && isBeside(event, event.target)) event.target.close();
    const skip = event.target.closest(".skip-link");
    const content = skip && document.querySelector(skip.getAttribute("href"));
    if (!content) return;
    event.preventDefault(); // the fragment would stay in the address, and in every link that is copied from it
    content.tabIndex = -1;
    content.focus();
  });
  const isBeside = ({ clientX: x, clientY: y }, dialog) => {
    const box = dialog.getBoundingClientRect();
    return x < box.left || x > box.right || y < box.top || y > box.bottom;
  };
})();
