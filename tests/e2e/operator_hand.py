"""A hand whose clicks and keys are counted: what a task costs a person."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass
class Hand:
    """Text that is typed counts as its letters, and what is chosen from a list as one click."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def tick(self, place: Locator) -> None:
        """A box, on or off."""
        self.click(place)

    def choose(self, place: Locator, value: str) -> None:
        place.select_option(value)
        self.clicks += 1

    def write(self, place: Locator, text: str) -> None:
        """In place of what is there."""
        place.fill(text)
        self.keys += len(text)

    def paste(self, place: Locator, text: str) -> None:
        """A secret or an address that nobody types: one key."""
        place.fill(text)
        self.keys += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1
