import type { EventData, EventType } from "../../catalogue.ts";
import type { Actor } from "../../event.ts";

/** Builds the body of one event, all but `webhook_event`, from the data that the receiver may see. */
export type Shape<T extends EventType> = (
  data: EventData<T>,
  actor: Actor,
) => Record<string, unknown>;

/** A shape for each of some events. */
export type Shapes<T extends EventType> = { readonly [K in T]: Shape<K> };

/** The data of an event about a customer, and of one about a deal: the parts that all of them have. */
export type CustomerData = EventData<"new_customer">;
export type DealData = EventData<"new_survey">;
export type InstallData = EventData<"new_install">;
