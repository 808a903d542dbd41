import type { Actor } from "../contract/event.ts";
import type { Party } from "../contract/meta.ts";
import type { Link } from "../contract/resources/link.ts";
import type { Scope } from "../contract/scopes.ts";
import type { FileLinks } from "./fileLinks.ts";
import type { FileStore } from "../base/fileStore.ts";
import type { Seal } from "../base/seal.ts";
import type { Sql } from "../base/database.ts";
import type { FeedGrowth } from "../store/appendEvents.ts";

/** Who calls: an organization by one of its keys, the operator, CallPilot or the holder of a link for an organization. */
export interface Caller {
  /** Null for the operator. */
  readonly organizationId: string | null;
  /** Roles of the organization that may make this call; empty for the operator. */
  readonly roles: readonly Party[];
  readonly scopes: readonly Scope[];
  readonly actor: Actor;
  /** The link by which a customer or a signer calls, for the organization that made it. */
  readonly link?: Link;
}

/** What every command and every read gets. */
export interface Context {
  readonly sql: Sql;
  readonly seal: Seal;
  readonly files: FileStore;
  readonly links: FileLinks;
  /** Whether deliveries may be sent to a URL from here. */
  readonly checkUrl: (url: string) => { ok: true } | { ok: false; reason: string };
  readonly caller: Caller;
  readonly requestId: string;
  /** Idempotency-Key of the request with the hash of what was asked for. */
  readonly idempotency: {
    readonly key: string;
    readonly requestHash: Uint8Array;
    /** The caller's API key: what it did is not replayed to another, which may have fewer rights. */
    readonly keyId: string;
  } | null;
  /** Versions that If-Match names, of which the record must have one; `any` when it must only be there. */
  readonly ifMatch: "any" | readonly number[] | null;
  /** Called after the commit with what feeds have new; with no entries when an owner changed endpoints. */
  readonly onAppended: (growth: readonly FeedGrowth[]) => void;
}
