import { retrySpread, retryWaitsMs } from "../../../src/contract/retries.ts";

const hourMs = 3_600_000;

/** When each attempt at an event is made, from a moment that one chooses, if every one fails. */
export function start(place: HTMLElement): void {
  const label = document.createElement("label");
  label.append("The first attempt fails at");
  const field = document.createElement("input");
  field.type = "datetime-local";
  field.step = "1";
  field.value = localText(new Date());
  label.append(field);
  const table = document.createElement("div");
  table.className = "wide-table";
  place.append(label, table);
  const show = () => {
    const from = new Date(field.value).getTime();
    if (!Number.isNaN(from)) table.replaceChildren(rulerFrom(from));
  };
  field.addEventListener("input", show);
  show();
}

function rulerFrom(from: number): HTMLTableElement {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of ["Attempt", "Wait", "At the earliest", "At the latest"]) {
    const cell = document.createElement("th");
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  let earliest = from;
  let latest = from;
  put(body, ["1", "", shown(from), shown(from)]);
  for (const [place, wait] of retryWaitsMs.entries()) {
    earliest += wait;
    latest += wait * (1 + retrySpread);
    put(body, [String(place + 2), waitText(wait), shown(earliest), shown(latest)]);
  }
  return table;
}

function put(body: HTMLTableSectionElement, texts: readonly string[]): void {
  const row = body.insertRow();
  for (const text of texts) row.insertCell().textContent = text;
}

const shown = (at: number) =>
  new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

const waitText = (ms: number) =>
  ms < 60_000 ? `${ms / 1_000} s` : ms < hourMs ? `${ms / 60_000} min` : `${ms / hourMs} h`;

/** As a field for date and time wants it, in the viewer's zone. */
const localText = (at: Date) =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
