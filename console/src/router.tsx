import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { queries } from "./api.ts";
import { openStream } from "./live.ts";
import { sessionQuery } from "./session.ts";
import { Broken, Lost } from "./shell/Broken.tsx";
import { Shell } from "./shell/Shell.tsx";

/** Every page by its address. What a page shows is in the address, so that it can be sent to somebody. */
const root = createRootRoute({
  component: Outlet,
  errorComponent: Broken,
  notFoundComponent: Lost,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: text("to"),
  component: lazyRouteComponent(() => import("./pages/SignIn.tsx"), "SignIn"),
});

/** Pages for who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Shell,
  async beforeLoad({ location }) {
    const session = await queries.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/sign-in", search: { to: location.href } });
    if (session.organization && session.scopes.includes("events:read")) openStream();
    return { session };
  },
});

/** What stands after the question mark, as a person would type it: each parameter a text, whatever it looks like; empty is none. */
const readSearch = (given: string): Record<string, string> =>
  Object.fromEntries([...new URLSearchParams(given)].filter(([, value]) => value !== ""));

/** The same the other way; what is undefined is left out. */
function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const written = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return written.size === 0 ? "" : `?${written}`;
}

/** The search parameters of a page. */
function text<Name extends string>(...names: readonly Name[]) {
  return (given: Record<string, unknown>): { [N in Name]?: string | undefined } => {
    const taken: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = given[name];
      if (typeof value === "string") taken[name] = value;
    }
    return taken;
  };
}

const inside = { getParentRoute: () => signedIn } as const;

const overview = createRoute({
  ...inside,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/Overview.tsx"), "Overview"),
});
const pipeline = createRoute({
  ...inside,
  path: "/pipeline",
  validateSearch: text("view", "stage", "epc", "rep", "age", "q"),
  component: lazyRouteComponent(() => import("./pages/Pipeline.tsx"), "Pipeline"),
});
const deal = createRoute({
  ...inside,
  path: "/deals/$id",
  component: lazyRouteComponent(() => import("./pages/Deal.tsx"), "Deal"),
});
const nextSteps = createRoute({
  ...inside,
  path: "/deals/$id/next-steps",
  component: lazyRouteComponent(() => import("./pages/NextSteps.tsx"), "NextSteps"),
});
const customers = createRoute({
  ...inside,
  path: "/customers",
  validateSearch: text("q"),
  component: lazyRouteComponent(() => import("./pages/Customers.tsx"), "Customers"),
});
const imports = createRoute({
  ...inside,
  path: "/imports",
  validateSearch: text("import"),
  component: lazyRouteComponent(() => import("./pages/Imports.tsx"), "Imports"),
});
const customer = createRoute({
  ...inside,
  path: "/customers/$id",
  component: lazyRouteComponent(() => import("./pages/Customer.tsx"), "Customer"),
});
const appointments = createRoute({
  ...inside,
  path: "/appointments",
  validateSearch: text("week"),
  component: lazyRouteComponent(() => import("./pages/Appointments.tsx"), "Appointments"),
});
const installs = createRoute({
  ...inside,
  path: "/installs",
  validateSearch: text("show"),
  component: lazyRouteComponent(() => import("./pages/Installs.tsx"), "Installs"),
});
const liveMap = createRoute({
  ...inside,
  path: "/map",
  validateSearch: text("customer"),
  component: lazyRouteComponent(() => import("./pages/LiveMap.tsx"), "LiveMap"),
});
const events = createRoute({
  ...inside,
  path: "/events",
  validateSearch: text("type", "customer", "endpoint", "state", "event"),
  component: lazyRouteComponent(() => import("./pages/Events.tsx"), "Events"),
});
const issues = createRoute({
  ...inside,
  path: "/issues",
  component: lazyRouteComponent(() => import("./pages/Issues.tsx"), "Issues"),
});
const endpoints = createRoute({
  ...inside,
  path: "/endpoints",
  component: lazyRouteComponent(() => import("./pages/Endpoints.tsx"), "Endpoints"),
});
const endpoint = createRoute({
  ...inside,
  path: "/endpoints/$id",
  validateSearch: text("from", "to"),
  component: lazyRouteComponent(() => import("./pages/Endpoint.tsx"), "Endpoint"),
});
const inbound = createRoute({
  ...inside,
  path: "/inbound",
  component: lazyRouteComponent(() => import("./pages/Inbound.tsx"), "Inbound"),
});
const playground = createRoute({
  ...inside,
  path: "/playground",
  validateSearch: text("type", "endpoint"),
  component: lazyRouteComponent(() => import("./pages/Playground.tsx"), "Playground"),
});
const settings = createRoute({
  ...inside,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/Settings.tsx"), "Settings"),
});
const organizations = createRoute({
  ...inside,
  path: "/organizations",
  component: lazyRouteComponent(() => import("./pages/Organizations.tsx"), "Organizations"),
});
const eventTypes = createRoute({
  getParentRoute: () => root,
  path: "/event-types",
  component: lazyRouteComponent(() => import("./pages/EventTypes.tsx"), "EventTypes"),
});
const eventType = createRoute({
  getParentRoute: () => root,
  path: "/event-types/$type",
  component: lazyRouteComponent(() => import("./pages/EventType.tsx"), "EventType"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    eventTypes,
    eventType,
    signedIn.addChildren([
      overview,
      pipeline,
      deal,
      nextSteps,
      customers,
      customer,
      imports,
      appointments,
      installs,
      liveMap,
      events,
      issues,
      endpoints,
      endpoint,
      inbound,
      playground,
      settings,
      organizations,
    ]),
  ]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
