import type { z } from "zod";
import type { Operation } from "./operation.ts";
import { agreementOperations } from "./operations/agreements.ts";
import { customerOperations } from "./operations/customers.ts";
import { deliveryOperations } from "./operations/delivery.ts";
import { inletOperations } from "./operations/inlets.ts";
import { importOperations } from "./operations/imports.ts";
import { installOperations } from "./operations/installs.ts";
import { linkOperations } from "./operations/links.ts";
import { manifestOperations } from "./operations/manifests.ts";
import { organizationOperations } from "./operations/organizations.ts";
import { proposalOperations } from "./operations/proposals.ts";
import { replayOperations } from "./operations/replays.ts";
import { serviceOperations } from "./operations/service.ts";
import { sessionOperations } from "./operations/sessions.ts";
import { settlingOperations } from "./operations/settling.ts";
import { surveyOperations } from "./operations/surveys.ts";
import { testClockOperations } from "./operations/clock.ts";
import { viewOperations } from "./operations/views.ts";

/** Every call of the REST API, by name. Routes, the client, OpenAPI and the reference are computed from it. */
export const operations = {
  ...organizationOperations,
  ...customerOperations,
  ...importOperations,
  ...surveyOperations,
  ...proposalOperations,
  ...agreementOperations,
  ...installOperations,
  ...linkOperations,
  ...deliveryOperations,
  ...replayOperations,
  ...manifestOperations,
  ...settlingOperations,
  ...inletOperations,
  ...viewOperations,
  ...sessionOperations,
  ...testClockOperations,
  ...serviceOperations,
};
export type OperationName = keyof typeof operations;
export const operationNames = Object.keys(operations) as OperationName[];

/** An operation by its name, with the precise types of its parts lost. */
export const operation = (name: OperationName): Operation => operations[name];

type Of<N extends OperationName> = (typeof operations)[N];
/** What a handler gets, after validation. */
export interface OperationInput<N extends OperationName> {
  readonly params: z.infer<Of<N>["params"]>;
  readonly query: z.infer<Of<N>["query"]>;
  readonly body: z.infer<Of<N>["body"]>;
}
/** What a caller gives, before validation. */
export interface OperationRequest<N extends OperationName> {
  readonly params: z.input<Of<N>["params"]>;
  readonly query: z.input<Of<N>["query"]>;
  readonly body: z.input<Of<N>["body"]>;
}
export type OperationAnswer<N extends OperationName> = z.infer<Of<N>["answer"]>;
