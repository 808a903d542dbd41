export { expressHandler } from "./express.ts";
export { fastifyPlugin } from "./fastify.ts";
export { feedClient } from "./feedSource.ts";
export type { FeedAccount, FeedEvent, FeedManifest, FeedSource } from "./feedSource.ts";
export type { CaughtUp, GateOptions } from "./gate.ts";
export type {
  EventHandler,
  EventHandlers,
  EventOf,
  HandlerContext,
  UnknownEvent,
} from "./handlers.ts";
export { honoHandler } from "./hono.ts";
export type { Entry, EntryQuery, EntryState, Gap, Inbox } from "./inbox.ts";
export type { ErrorContext } from "./lanes.ts";
export { manifestOf } from "./manifest.ts";
export type { ComputedManifest, StoredEvent } from "./manifest.ts";
export { memoryInbox } from "./memoryInbox.ts";
export { nodeHandler } from "./node.ts";
export type { ReceiverOptions } from "./options.ts";
export { postgresInbox } from "./postgresInbox.ts";
export type { InboxOptions } from "./postgresInbox.ts";
export { receiver } from "./receiver.ts";
export type { IncomingDelivery, Receiver, Reply } from "./receiver.ts";
export type { Reconciled } from "./reconcile.ts";
export { sqliteInbox } from "./sqliteInbox.ts";
export { inboxTables } from "./sqlTables.ts";
export { VerificationError, verify } from "./verify.ts";
export type { VerificationReason, VerifiedEvent, VerifyHeaders, VerifyInput } from "./verify.ts";
export { webHandler } from "./web.ts";
