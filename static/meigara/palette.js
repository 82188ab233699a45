// The palette (Ctrl-K): companies from the suggestions of the server, the entries of the menu, commands. By keyboard as
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ has it; the dialog is the browser's own, which keeps the focus and closes on Escape.
(() => {
  "use strict";

  const dialog = document.getElementById("palette");
  const field = document.getElementById("palette-field");
  const list = document.getElementById("palette-list");
  const said = document.getElementById("palette-said");
  const groups = ["pages", "commands", "companies"].map((name) => document.getElementById(`palette-${name}`));
  const [pages, commands, companies] = groups;
  let chosen = null;
  let asking = null;
  let isMoved = false;

  const fold = (text) => text.normalize("NFKC").toLowerCase().trim();
  const options = () => [...list.querySelectorAll("[role=option]:not([hidden], [aria-disabled])")];

  const makeOption = (title, attributes) => {
    const option = document.createElement(attributes.href ? "a" : "button");
    Object.entries({ role: "option", tabindex: "-1", "aria-selected": "false", ...attributes }).forEach((one) => option.setAttribute(...one));
    option.textContent = title;
    return option;
  };

  const choose = (option) => {
    chosen?.setAttribute("aria-selected", "false");
    chosen = option ?? null;
    if (!chosen) return field.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };

  // After every change of what is shown: names for the options, groups without any hidden, the first one chosen.
  const settle = () => {
    groups.forEach((group) => (group.hidden = !group.querySelector("[role=option]:not([hidden])")));
    const shown = options();
    shown.forEach((option, at) => (option.id = `palette-option-${at + 1}`));
    choose(isMoved && shown.includes(chosen) ? chosen : shown[0]);
  };

  // Few entries of the menu have what somebody types for a company; those that have stand first, and at once. Of a word in Latin
  // letters its beginning is meant, of Japanese any part.
  const has = (title, word) => (/^[a-z0-9]/.test(word) ? title.split(/[^a-z0-9]+/).some((part) => part.startsWith(word)) : title.includes(word));
  const narrow = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    [pages, commands].forEach((group) =>
      group.querySelectorAll("[role=option]").forEach((option) => {
        option.hidden = !words.every((word) => has(fold(option.textContent), word));
      }),
    );
  };

  const suggest = async (text) => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const part = document.createElement("template");
      part.innerHTML = await answer.text();
      const found = [...part.content.querySelectorAll("a[role=option]")];
      const everything = companies.lastElementChild;
      companies.replaceChildren(...found, everything);
      said.textContent = "";
    } catch (error) {
      if (error.name === "AbortError") return;
      said.textContent = said.dataset.failed;
    }
    settle();
  };

  let waiting = 0;
  const ask = () => {
    const text = field.value.trim();
    isMoved = false;
    clearTimeout(waiting);
    narrow();
    said.textContent = "";
    asking?.abort();
    if (!text || !field.dataset.suggest) {
      companies.replaceChildren();
      settle();
      if (!options().length) said.textContent = said.dataset.nothing;
      return;
    }
    const title = `${companies.dataset.searchLabel}: ${text}`;
    companies.replaceChildren(makeOption(title, { href: `${field.dataset.search}?q=${encodeURIComponent(text)}&listed=all` }));
    settle();
    waiting = setTimeout(() => suggest(text), 120);
  };

  const DOES = {
    theme: () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "e", ctrlKey: true })),
    shortcuts: () => document.getElementById("shortcuts").showModal(),
    "sign-out": () => document.getElementById("logout-form").requestSubmit(),
  };

  field.addEventListener("input", ask);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // these keys belong to the input method
    if (event.key === "Tab") return event.preventDefault(); // the field is all there is to focus
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault(); // the browser has it for its own search
      return dialog.close();
    }
    const shown = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      isMoved = true;
      choose(shown[(shown.indexOf(chosen) + step + shown.length) % shown.length]);
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      chosen.click();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (option.tagName === "A" && (event.ctrlKey || event.metaKey)) return; // into a tab of its own
    dialog.close();
    if (option.dataset.does) DOES[option.dataset.does]();
    option.stands?.click();
  });

  // What the page itself offers: entries of the menu, and links and buttons that name themselves commands.
  const collect = () => {
    const entries = [...document.querySelectorAll("#nav-sidebar-apps ol a")];
    pages.replaceChildren(
      ...entries.map((entry) => makeOption(entry.querySelector("span:not(.material-symbols-outlined)").textContent.trim(), { href: entry.href })),
    );
    commands.querySelectorAll("[data-of-page]").forEach((option) => option.remove());
    const own = [...document.querySelectorAll("[data-command]")].map((element) => {
      const option = makeOption(element.dataset.command, { type: "button", "data-of-page": "" });
      option.stands = element;
      return option;
    });
    commands.prepend(...own);
  };

  // However it was opened.
  new MutationObserver(() => {
    if (!dialog.open) return;
    field.value = "";
    collect();
    ask();
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });
})();
