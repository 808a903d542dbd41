import type { Command } from "./command.ts";
import { attemptsList } from "./commands/attempts/list.ts";
import { catalogueList } from "./commands/catalogue/list.ts";
import { catalogueShow } from "./commands/catalogue/show.ts";
import { clock } from "./commands/clock.ts";
import { completion } from "./commands/completion.ts";
import { customersCreate } from "./commands/customers/create.ts";
import { customersGet } from "./commands/customers/get.ts";
import { customersList } from "./commands/customers/list.ts";
import { dealsGet } from "./commands/deals/get.ts";
import { dealsList } from "./commands/deals/list.ts";
import { dealsTimeline } from "./commands/deals/timeline.ts";
import { deliveriesGet } from "./commands/deliveries/get.ts";
import { deliveriesList } from "./commands/deliveries/list.ts";
import { doctor } from "./commands/doctor.ts";
import { endpointsCreate } from "./commands/endpoints/create.ts";
import { endpointsDelete } from "./commands/endpoints/delete.ts";
import { endpointsGaps } from "./commands/endpoints/gaps.ts";
import { endpointsLag } from "./commands/endpoints/lag.ts";
import { endpointsList } from "./commands/endpoints/list.ts";
import { endpointsPause } from "./commands/endpoints/pause.ts";
import { endpointsResume } from "./commands/endpoints/resume.ts";
import { endpointsRotateSecret } from "./commands/endpoints/rotateSecret.ts";
import { endpointsTest } from "./commands/endpoints/test.ts";
import { endpointsUpdate } from "./commands/endpoints/update.ts";
import { envList } from "./commands/env/list.ts";
import { envUse } from "./commands/env/use.ts";
import { eventsExport } from "./commands/events/export.ts";
import { eventsGet } from "./commands/events/get.ts";
import { eventsList } from "./commands/events/list.ts";
import { eventsTail } from "./commands/events/tail.ts";
import { flowRun } from "./commands/flow/run.ts";
import { help } from "./commands/help.ts";
import { importCustomers } from "./commands/import.ts";
import { installsGet } from "./commands/installs/get.ts";
import { installsList } from "./commands/installs/list.ts";
import { listen } from "./commands/listen.ts";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { replay } from "./commands/replay.ts";
import { resend } from "./commands/resend.ts";
import { serverBackup } from "./commands/server/backup.ts";
import { serverMigrate } from "./commands/server/migrate.ts";
import { serverStart } from "./commands/server/start.ts";
import { serverStatus } from "./commands/server/status.ts";
import { sign } from "./commands/sign.ts";
import { simulate } from "./commands/simulate.ts";
import { trigger } from "./commands/trigger.ts";
import { verify } from "./commands/verify.ts";
import { whoami } from "./commands/whoami.ts";

/** Every command, in the order of help and reference. */
export const commands: readonly Command[] = [
  login,
  logout,
  whoami,
  envList,
  envUse,
  listen,
  trigger,
  flowRun,
  simulate,
  clock,
  eventsList,
  eventsGet,
  eventsTail,
  eventsExport,
  deliveriesList,
  deliveriesGet,
  attemptsList,
  resend,
  replay,
  endpointsList,
  endpointsCreate,
  endpointsUpdate,
  endpointsPause,
  endpointsResume,
  endpointsRotateSecret,
  endpointsTest,
  endpointsGaps,
  endpointsLag,
  endpointsDelete,
  dealsList,
  dealsGet,
  dealsTimeline,
  customersList,
  customersGet,
  customersCreate,
  importCustomers,
  installsList,
  installsGet,
  catalogueList,
  catalogueShow,
  verify,
  sign,
  doctor,
  serverStart,
  serverStatus,
  serverMigrate,
  serverBackup,
  completion,
  help,
];
