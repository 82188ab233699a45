// A large curve: the value of the dot nearest to the pointer, or of the one that has the focus; and the picture as PNG, which the browser makes
// of the same SVG that can be saved.
(() => {
  "use strict";

  const drawing = document.querySelector("[data-curve]");
  const told = document.querySelector("[data-curve-value]");
  const hair = drawing?.querySelector("[data-curve-hair]");
  const dots = [...(drawing?.querySelectorAll("a") ?? [])].map((link) => ({ link, x: Number(link.querySelector("circle").getAttribute("cx")) }));
  const show = (dot) => {
    told.textContent = dot.link.getAttribute("aria-label");
    hair.setAttribute("x1", dot.x);
    hair.setAttribute("x2", dot.x);
    hair.setAttribute("visibility", "visible");
  };
  drawing?.addEventListener("pointermove", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
    show(dots.reduce((best, dot) => (Math.abs(dot.x - place.x) < Math.abs(best.x - place.x) ? dot : best)));
  });
  dots.forEach((dot) => dot.link.addEventListener("focus", () => show(dot)));

  const SCALE = 2; // sharp in print
  const pictureOf = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const name = /filename="(.+)\.svg"/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "chart";
    const source = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
    try {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: image.width * SCALE, height: image.height * SCALE });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return { name, blob: await new Promise((resolve) => canvas.toBlob(resolve, "image/png")) };
    } finally {
      URL.revokeObjectURL(source);
    }
  };
  document.querySelectorAll("[data-save-png]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        const { name, blob } = await pictureOf(button.dataset.savePng);
        const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${name}.png` });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      } catch {
        told.textContent = button.dataset.refused;
      }
    });
  });
})();
