// A button that puts a table of the page into the clipboard as a spreadsheet takes it: what is seen, a tab between cells.
(() => {
  "use strict";
  if (window.copiesTables) return; // several buttons of a page bring this along
  window.copiesTables = true;

  const UNSEEN = "[hidden], [aria-hidden=true], .sortpriority, .material-symbols-outlined, script, template, svg, input";
  // As in files: a spreadsheet would calculate it. The lone sign of "none" is no formula, a number is one to add up.
  const isNumber = (text) => /^[+-]?[\d,]+(\.\d+)?%?$/.test(text);
  const inert = (text) => (/^[=+\-@＝＋－＠]./.test(text) && !isNumber(text) ? `'${text}` : text);
  const textOf = (cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(UNSEEN).forEach((part) => part.remove());
    copy.querySelectorAll("br").forEach((line) => line.replaceWith(" "));
    return inert(copy.textContent.replace(/\s+/g, " ").trim());
  };
  const isSeen = (part) => part.getClientRects().length > 0;
  // A telephone does not show the headings of a list, whose rows stand below one another there.
  const isCopied = (cell) => (isSeen(cell) || cell.closest("thead")) && !cell.querySelector("input[type=checkbox]");
  const linesOf = (table) => {
    const rows = [...table.rows].filter(isSeen);
    return rows.map((row) => [...row.cells].filter(isCopied).flatMap((cell) => [textOf(cell), ...Array(cell.colSpan - 1).fill("")]).join("\t"));
  };
  const write = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Over plain HTTP there is no clipboard but this one.
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    if (!isDone) throw new Error("refused");
  };

  const enhance = (button) => {
    const table = document.querySelector(button.dataset.copyTable);
    if (!table) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const told = button.parentElement.querySelector("[data-copy-told]");
      const lines = linesOf(table);
      try {
        await write(lines.join("\r\n"));
        const headings = [...table.tHead?.rows ?? []].filter(isSeen).length;
        told.textContent = button.dataset.copied.replace("{count}", (lines.length - headings).toLocaleString());
      } catch {
        told.textContent = button.dataset.refused;
      }
    });
  };
  document.querySelectorAll("[data-copy-table]").forEach(enhance);
})();
