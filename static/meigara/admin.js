// The calendar beside a field for a day: the browser's own, where a year is two clicks away.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-day-open]");
  if (!button) return;
  const calendar = button.parentElement.querySelector("[data-day-calendar]");
  const text = button.parentElement.querySelector("input:not([data-day-calendar])");
  if (/^\d{4}-\d\d-\d\d$/.test(text.value)) calendar.value = text.value;
  calendar.showPicker();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-day-calendar]")) return;
  const text = event.target.parentElement.querySelector("input:not([data-day-calendar])");
  text.value = event.target.value;
  text.dispatchEvent(new Event("change", { bubbles: true }));
  text.focus();
});
// The browser leaves `autofocus` alone where the place is not drawn yet at its first look, as on a busy machine: Enter
// would then do nothing instead of what is the default.
window.addEventListener("load", () => {
  if (document.activeElement === document.body && !location.hash) document.querySelector("[autofocus]")?.focus();
});
// Who is cut off is told so: what is shown may be old, and what is sent does not arrive.
const tellOffline = () => {
  const place = document.getElementById("offline");
  if (place) place.textContent = navigator.onLine ? "" : place.dataset.words;
};
window.addEventListener("offline", tellOffline);
window.addEventListener("online", tellOffline);
window.addEventListener("load", tellOffline);
