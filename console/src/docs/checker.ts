import { checkSignature } from "../../../src/contract/signature.ts";

const fields = [
  ["secret", "Secret (whsec_…) or public key (whpk_…)"],
  ["id", "webhook-id"],
  ["timestamp", "webhook-timestamp"],
  ["signature", "webhook-signature"],
  ["body", "Body, exactly as it came"],
] as const;
type Name = (typeof fields)[number][0];

/** Checks a signature in the browser: nothing that is typed leaves it. */
export function start(place: HTMLElement): void {
  const given = new Map<Name, HTMLInputElement | HTMLTextAreaElement>();
  for (const [name, text] of fields) {
    const label = document.createElement("label");
    label.append(text);
    const field = document.createElement(name === "body" ? "textarea" : "input");
    field.spellcheck = false;
    field.autocomplete = "off";
    label.append(field);
    given.set(name, field);
    place.append(label);
    field.addEventListener("input", () => void show());
  }
  const result = document.createElement("p");
  result.setAttribute("role", "status");
  place.append(result);
  const show = async () => {
    const valueOf = (name: Name) => given.get(name)?.value ?? "";
    const outcome = await check(valueOf);
    result.textContent = outcome.text;
    result.dataset["holds"] = String(outcome.holds ?? "");
  };
  void show();
}

interface Outcome {
  readonly text: string;
  /** Undefined while something is missing. */
  readonly holds?: boolean;
}

async function check(valueOf: (name: Name) => string): Promise<Outcome> {
  const missing = fields.filter(([name]) => valueOf(name) === "").map(([, text]) => text);
  if (missing.length > 0) return { text: `Missing: ${missing.join(", ")}` };
  const timestamp = Number(valueOf("timestamp"));
  if (!/^\d{1,12}$/.test(valueOf("timestamp"))) {
    return { text: "webhook-timestamp is not whole seconds", holds: false };
  }
  try {
    const holds = await checkSignature({
      secrets: [valueOf("secret").trim()],
      id: valueOf("id").trim(),
      timestamp,
      signature: valueOf("signature").trim(),
      body: valueOf("body"),
    });
    const age = Math.round(Date.now() / 1_000 - timestamp);
    const when = `signed ${age >= 0 ? `${age} s ago` : `${-age} s ahead of this clock`}`;
    return holds
      ? { text: `The signature holds, ${when}. Receivers take 300 s either way.`, holds }
      : {
          text: "No signature matches: another secret, or the body is not byte for byte what came",
          holds,
        };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), holds: false };
  }
}
