// What a caller does with a client made by openapi-typescript: list, page, error, sync. Prints what it saw as JSON.

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

type Company = components["schemas"]["ListedCompanyAnswer"];

const [baseUrl = "", apiKey = ""] = (globalThis as unknown as { process: { argv: string[] } }).process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { "X-API-Key": apiKey } });

async function walk(): Promise<{ codes: string[]; states: Set<string | null> }> {
  const codes: string[] = [];
  const states = new Set<string | null>();
  for (let offset = 0, total = 1; offset < total; offset += 2) {
    const state = [...states][0] ?? undefined;
    const { data, response } = await client.GET("/api/v1/companies", { params: { query: { limit: 2, offset, state } } });
    if (data === undefined) throw new Error(`${response.status}`);
    codes.push(...data.companies.map((company: Company) => company.code));
    states.add(response.headers.get("X-Data-State"));
    total = data.total;
  }
  return { codes, states };
}

const { codes, states } = await walk();
const chosen = await client.GET("/api/v1/companies", { params: { query: { market_code: ["0112", "0113"], ordering: ["-code"] } } });
const one = await client.GET("/api/v1/companies/{code}", { params: { path: { code: "7203" } } });
const missing = await client.GET("/api/v1/companies/{code}", { params: { path: { code: "9999" } } });
const wrong = await client.GET("/api/v1/companies", { params: { query: { limit: 0 } } });
const changed = await client.GET("/api/v1/companies", { params: { query: { state: "1.1" } } });
const events = await client.GET("/api/v1/companies/events", { params: { query: { type: ["market_changed"] } } });
const started = await client.POST("/api/v1/companies/sync", { body: { force_update: false } });

console.log(
  JSON.stringify({
    codes,
    states: states.size,
    chosen: chosen.data?.companies.map((company) => company.code),
    name: one.data?.company_name,
    missing: missing.error?.error.code,
    missingCode: missing.response.status === 404 && "code" in (missing.error?.error.details ?? {}),
    wrong: wrong.response.status === 400 && Object.keys(wrong.error?.error.details ?? {}),
    changed: changed.error?.error.code,
    change: events.data?.events[0]?.changes.market_code,
    sync: started.data?.status,
    syncError: started.error?.error.code,
  }),
);
