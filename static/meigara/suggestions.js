// Suggestions under a search field, by keyboard: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ ("list autocomplete
// with manual selection"). htmx fills the list; arrow keys move through it, Enter opens the chosen entry, Escape closes.
(() => {
  "use strict";

  const enhance = (field) => {
    const list = document.getElementById(field.getAttribute("aria-controls"));
    const options = () => [...list.querySelectorAll("a[role=option]")];
    let chosen = -1;

    const choose = (index) => {
      chosen = index;
      options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
      const option = options()[index];
      if (option) {
        field.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        field.removeAttribute("aria-activedescendant");
      }
    };
    const open = (isOpen) => {
      list.hidden = !isOpen;
      field.setAttribute("aria-expanded", String(isOpen));
      choose(-1);
    };
    const move = (step) => {
      const count = options().length;
      if (!count) return;
      if (list.hidden) open(true);
      // From the field to the first or the last, and past these back to the field.
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    };

    list.addEventListener("htmx:afterSwap", () => open(document.activeElement === field && list.childElementCount > 0));
    field.addEventListener("focus", () => list.childElementCount > 0 && field.value.trim() && open(true));
    field.addEventListener("blur", () => open(false));
    // A press would take the focus from the field, and close the list before the click arrives.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // these keys belong to the input method
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
        event.preventDefault();
        options()[chosen].click();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault(); // the browser would empty the field
        open(false);
      }
    });
  };

  document.querySelectorAll("[role=combobox][data-suggestions]").forEach(enhance);
})();
