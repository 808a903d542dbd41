import { Page } from "../ui/Page.tsx";

export function EventType() {
  return <Page title="EventType">To come</Page>;
}
