import { Page } from "../ui/Page.tsx";

export function EventTypes() {
  return <Page title="EventTypes">To come</Page>;
}
