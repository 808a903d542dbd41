import type { Sql } from "../base/database.ts";
import { deliveredBeyond, lastTried } from "../store/attempts.ts";
import {
  beatNode,
  claimEndpoints,
  endpointNews,
  forgetNode,
  loadServed,
  releaseEndpoints,
  renewEndpoints,
} from "../store/endpoints.ts";
import { nextOfCustomer, previousMatching, readableHead, readFeed } from "../store/feed.ts";
import { dueLanes, loadLanes } from "../store/lanes.ts";
import { makeManifests } from "../store/manifests.ts";
import { dueResends } from "../store/resends.ts";
import { topUpReplays } from "../store/topUpReplays.ts";
import { writeBack } from "../store/writeBack.ts";

/** A function of the store without the database that it takes first. */
type Bound<F extends (sql: Sql, ...rest: never[]) => unknown> = F extends (
  sql: Sql,
  ...rest: infer Rest
) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** All that a node reads of the database and writes to it; what each does is told in the store. */
export interface DeliveryStore {
  readonly beatNode: Bound<typeof beatNode>;
  readonly claimEndpoints: Bound<typeof claimEndpoints>;
  readonly deliveredBeyond: Bound<typeof deliveredBeyond>;
  readonly dueLanes: Bound<typeof dueLanes>;
  readonly dueResends: Bound<typeof dueResends>;
  readonly endpointNews: Bound<typeof endpointNews>;
  readonly forgetNode: Bound<typeof forgetNode>;
  readonly lastTried: Bound<typeof lastTried>;
  readonly loadLanes: Bound<typeof loadLanes>;
  readonly loadServed: Bound<typeof loadServed>;
  readonly makeManifests: Bound<typeof makeManifests>;
  readonly nextOfCustomer: Bound<typeof nextOfCustomer>;
  readonly previousMatching: Bound<typeof previousMatching>;
  readonly readableHead: Bound<typeof readableHead>;
  readonly readFeed: Bound<typeof readFeed>;
  readonly releaseEndpoints: Bound<typeof releaseEndpoints>;
  readonly renewEndpoints: Bound<typeof renewEndpoints>;
  readonly topUpReplays: Bound<typeof topUpReplays>;
  readonly writeBack: Bound<typeof writeBack>;
}

/** The store on one database. */
export const deliveryStoreOn = (sql: Sql): DeliveryStore => ({
  beatNode: (beat) => beatNode(sql, beat),
  claimEndpoints: (claim) => claimEndpoints(sql, claim),
  deliveredBeyond: (range) => deliveredBeyond(sql, range),
  dueLanes: (endpointIds) => dueLanes(sql, endpointIds),
  dueResends: (subscription, limit) => dueResends(sql, subscription, limit),
  endpointNews: (of) => endpointNews(sql, of),
  forgetNode: (node) => forgetNode(sql, node),
  lastTried: (endpointId) => lastTried(sql, endpointId),
  loadLanes: (endpointId) => loadLanes(sql, endpointId),
  loadServed: (id) => loadServed(sql, id),
  makeManifests: () => makeManifests(sql),
  nextOfCustomer: (subscription, range) => nextOfCustomer(sql, subscription, range),
  previousMatching: (subscription, before) => previousMatching(sql, subscription, before),
  readableHead: (of) => readableHead(sql, of),
  readFeed: (range) => readFeed(sql, range),
  releaseEndpoints: (held) => releaseEndpoints(sql, held),
  renewEndpoints: (lease) => renewEndpoints(sql, lease),
  topUpReplays: (endpointIds) => topUpReplays(sql, endpointIds),
  writeBack: (progress) => writeBack(sql, progress),
});
