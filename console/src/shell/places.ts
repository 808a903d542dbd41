import {
  BookOpen,
  Building2,
  CalendarDays,
  Cable,
  FlaskConical,
  HardHat,
  Inbox,
  Kanban,
  LayoutDashboard,
  LogIn,
  Radio,
  Settings,
  Users,
  Waypoints,
} from "lucide-react";
import type { Session } from "../session.ts";

/** Where one can go from anywhere, in the order of the rail. */
export const places = [
  { group: "Flow", to: "/", label: "Overview", icon: LayoutDashboard, needs: "flow:read" },
  { group: "Flow", to: "/pipeline", label: "Pipeline", icon: Kanban, needs: "flow:read" },
  { group: "Flow", to: "/customers", label: "Customers", icon: Users, needs: "flow:read" },
  {
    group: "Flow",
    to: "/appointments",
    label: "Appointments",
    icon: CalendarDays,
    needs: "flow:read",
  },
  { group: "Flow", to: "/installs", label: "Installs", icon: HardHat, needs: "flow:read" },
  { group: "Signals", to: "/map", label: "Live map", icon: Waypoints, needs: "events:read" },
  { group: "Signals", to: "/events", label: "Events", icon: Radio, needs: "events:read" },
  { group: "Signals", to: "/issues", label: "Issues", icon: Inbox, needs: "endpoints:read" },
  { group: "Signals", to: "/endpoints", label: "Endpoints", icon: Cable, needs: "endpoints:read" },
  { group: "Signals", to: "/inbound", label: "Inbound", icon: LogIn, needs: "endpoints:read" },
  { group: "Build", to: "/event-types", label: "Event catalogue", icon: BookOpen, needs: null },
  {
    group: "Build",
    to: "/playground",
    label: "Playground",
    icon: FlaskConical,
    needs: "endpoints:write",
  },
  {
    group: "Build",
    to: "/settings",
    label: "Settings",
    icon: Settings,
    needs: "organization:read",
  },
] as const;

const operatorPlaces = [
  {
    group: "Installation",
    to: "/organizations",
    label: "Organizations",
    icon: Building2,
    needs: null,
  },
  { group: "Build", to: "/event-types", label: "Event catalogue", icon: BookOpen, needs: null },
] as const;

export type Place = (typeof places)[number] | (typeof operatorPlaces)[number];

/** The places that a session may go to. */
export function placesOf({ organization, scopes }: Session): readonly Place[] {
  if (!organization) return operatorPlaces;
  return places.filter(
    ({ to, needs }) =>
      (needs === null || scopes.includes(needs)) &&
      (to !== "/appointments" || organization.roles.includes("sales_org")),
  );
}
