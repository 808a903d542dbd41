import { Page } from "../ui/Page.tsx";

export function Appointments() {
  return <Page title="Appointments">To come</Page>;
}
