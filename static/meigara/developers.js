// The reader's key in all samples, as it is typed. It stays in this page: nothing is sent, nothing is kept.
const place = document.querySelector("[data-key-place]");
const samples = [...document.querySelectorAll("[data-sample]")].map((field) => [field, field.value]);
place.addEventListener("input", () => {
  const key = place.value.trim() || place.dataset.keyPlace;
  for (const [field, text] of samples) field.value = text.replaceAll(place.dataset.keyPlace, () => key);
});
