// A button that copies what stands in a field, and says so: `<button data-copy="id of the field" data-copied="what to say">`.
// Over plain http the browser has no clipboard to offer: then the text is selected, and copied as by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  let isCopied = false;
  try {
    await navigator.clipboard.writeText(field.value);
    isCopied = true;
  } catch {
    field.focus();
    field.select();
    isCopied = document.execCommand("copy");
  }
  const told = document.querySelector(`[data-copied-from="${button.dataset.copy}"]`);
  told.textContent = isCopied ? button.dataset.copied : button.dataset.notCopied;
});
