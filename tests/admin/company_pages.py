"""The page of a company, taken apart."""

import html
import re

from django.test import Client

from companies.models import Company

LIST = "/admin/companies/company/"


def address_of(code: str) -> str:
    return f"{LIST}{Company.objects.get(code=code).pk}/change/"


def page_of(client: Client, code: str, query: str = "") -> str:
    page = client.get(f"{address_of(code)}{query}")
    assert page.status_code == 200
    return page.content.decode()


def text_of(part: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def part_of(page: str, beginning: str, end: str = "</section>") -> str:
    assert beginning in page
    return page.partition(beginning)[2].partition(end)[0].partition(">")[2]


def timeline_of(client: Client, code: str) -> list[str]:
    events = part_of(page_of(client, code), 'aria-labelledby="events"')
    return [text_of(one) for one in re.findall(r'<li class="(?:happened|between)">(.*?)</li>', events, re.S)]


def badges_of(page: str) -> list[tuple[str, str]]:
    found = re.findall(
        r'<li>(?:<a class="badge" href="([^"]*)"|<span)[^>]*>([^<]*)<', part_of(page, "<header", "</header>")
    )
    return [(text, html.unescape(address)) for address, text in found]
