import { describe, expect } from "vitest";
import { eventDefinition, eventTypes } from "../contract/catalogue.ts";
import { eventSchema } from "../contract/schemas.ts";
import { expectProblem } from "../../test/problems.ts";
import { test, type Service } from "../../test/service.ts";

const ask = ({ url }: Service, path: string) => fetch(new URL(path, url));

describe("a JSON Schema", () => {
  test("is found under its own $id, that of each party as well", async ({ service }) => {
    const published = [
      ...eventTypes.map((type) => eventSchema(type)),
      ...eventTypes.flatMap((type) =>
        eventDefinition(type).audience.map((role) => eventSchema(type, role)),
      ),
    ];
    const ids = published.map(({ $id }) => $id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("/v1/schemas/new_install.json?role=epc");

    for (const schema of published) {
      const response = await ask(service, String(schema["$id"]));

      expect(response.status, String(schema["$id"])).toBe(200);
      // As text: the order is part of what is published.
      expect(await response.text()).toBe(JSON.stringify(schema));
    }
  });

  test("is not there for a party that does not get the event, nor for who is none", async ({
    service,
  }) => {
    const { audience } = eventDefinition("new_customer");
    expect(audience).not.toContain("epc");

    await expectProblem(await ask(service, "/v1/schemas/new_customer.json?role=epc"), "not_found");
    await expectProblem(await ask(service, "/v1/schemas/nonsense.json?role=epc"), "not_found");
    for (const query of ["role=operator", "role=", "role=epc&role=epc", "party=epc"]) {
      await expectProblem(await ask(service, `/v1/schemas/new_install.json?${query}`), "invalid");
    }
  });
});
