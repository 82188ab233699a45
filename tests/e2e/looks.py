"""What every page is looked at for: that it fits, and that all can read it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

TELEPHONE: ViewportSize = {"width": 390, "height": 844}
# Words of three letters and more in a column so narrow that each letter has a line of its own.
ON_END = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim().length > 2);
  if (!words.length || element.closest(".material-symbols-outlined, script, style, svg, option")) return false;
  const box = element.getBoundingClientRect(), size = parseFloat(getComputedStyle(element).fontSize);
  return box.width > 0 && box.height > 0 && box.width < 2 * size && box.height > 2.5 * size;
}).map((element) => element.textContent.trim().slice(0, 40))"""
# Of a list, whose rows take longer than all the rest of its page.
_FURTHER_ROWS = "#result_list tbody tr:nth-child(n+21)"


def fits(page: Page, width: int) -> None:
    """Nothing sticks out at the side or stands on end."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(ON_END) == []


def serious_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with the places, in twenty rows of a list and all the rest of the page."""
    found = Axe().run(page, {"exclude": [[_FURTHER_ROWS]]}).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
