import { Page } from "../ui/Page.tsx";

export function Endpoint() {
  return <Page title="Endpoint">To come</Page>;
}
