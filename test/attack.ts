import type { Operation } from "../src/contract/operation.ts";
import { operation, operationNames, type OperationName } from "../src/contract/operations.ts";
import { expect } from "vitest";
import type { Service } from "./service.ts";
import { dump, givenWorld, send, type World } from "./world.ts";

/** Every operation that asks for a key. */
export const closed = operationNames.filter((name) => operation(name).callers.length > 0);
const ofKind = (...kinds: Operation["bodyKind"][]) =>
  closed.filter((name) => kinds.includes(operation(name).bodyKind));
/** Those that take a JSON body. */
export const withJson = ofKind("json", "optional_json");
/** Those that take a form. */
export const withForm = ofKind("multipart");
/** Those that could be given a JSON body, whether they take one or not. */
export const withAnyJson = ofKind("json", "optional_json", "none").filter(
  (name) => operation(name).method !== "GET",
);

/** A key that may call the operation. */
export function keyFor(
  { salesKey, installerKey, guestKey, service }: World,
  name: OperationName,
): string {
  const { callers } = operation(name);
  if (callers.includes("sales_org")) return salesKey;
  if (callers.includes("guest")) return guestKey;
  return callers.includes("epc") ? installerKey : service.operatorKey;
}

/** A bad body, and the headers that come with it. */
export type Attack = readonly [body: RequestInit["body"], headers?: Record<string, string>];

/** Sends one bad body to an operation. */
export const strike = (world: World, name: OperationName, [body, headers]: Attack) =>
  send(world.service, name, {
    ids: world.ids,
    key: keyFor(world, name),
    body,
    ...(headers && { headers }),
  });

/** Does what must be refused, and leaves every table as it was. */
export async function harmless(
  service: Service,
  attack: (world: World) => Promise<void>,
): Promise<void> {
  const world = await givenWorld(service);
  const before = await dump(service.sql);
  await attack(world);
  expect(await dump(service.sql)).toEqual(before);
}
