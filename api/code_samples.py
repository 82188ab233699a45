"""The same question to the API in what people ask it from. The key's place is filled in by the reader's browser and goes nowhere."""

from dataclasses import dataclass

#: Stands where the key belongs.
KEY_PLACE = "YOUR_API_KEY"

_CURL = """curl -sS -H "X-API-Key: {key}" "{base}/companies/7203\""""
_PYTHON = """import json
import urllib.request

request = urllib.request.Request(
    "{base}/companies?market_code=0111&limit=100", headers={{"X-API-Key": "{key}"}}
)
with urllib.request.urlopen(request, timeout=30) as answer:
    companies = json.load(answer)["companies"]
for company in companies:
    print(company["code"], company["company_name"])
"""
# Power Query's "M": data, from the web, advanced editor. Codes are texts: 0111 would lose its zero as a number.
_EXCEL = """let
    Answer = Web.Contents("{base}", [
        RelativePath = "companies/export", Query = [format = "csv"], Headers = [#"X-API-Key" = "{key}"]
    ]),
    Table = Csv.Document(Answer, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
    Companies = Table.PromoteHeaders(Table, [PromoteAllScalars = false])
in
    Companies
"""
_R = """library(httr2)

answer <- request("{base}/companies/export?format=csv") |>
  req_headers("X-API-Key" = "{key}") |>
  req_perform()
companies <- read.csv(text = resp_body_string(answer), colClasses = "character")
head(companies)
"""
# Settings of a program that speaks the Model Context Protocol: `mcpServers` is read by most (docs/agents.md has others).
_AGENTS = """{{
  "mcpServers": {{
    "meigara": {{
      "type": "http",
      "url": "{origin}/mcp",
      "headers": {{"X-API-Key": "{key}"}}
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class CodeSample:
    """What to write in a language or program."""

    name: str
    title: str
    text: str

    @property
    def rows(self) -> int:
        """How high it is."""
        return self.text.rstrip().count("\n") + 1


def code_samples(base_url: str) -> list[CodeSample]:
    """All of them, for the API at that address."""
    forms = (
        ("curl", "curl", _CURL),
        ("python", "Python", _PYTHON),
        ("excel", "Excel (Power Query)", _EXCEL),
        ("r", "R", _R),
        ("agents", "MCP (Claude Code, Cursor, …)", _AGENTS),
    )
    origin = base_url.removesuffix("/api/v1")
    return [
        CodeSample(name, title, text.format(base=base_url, origin=origin, key=KEY_PLACE)) for name, title, text in forms
    ]
