import { Page } from "../ui/Page.tsx";

export function Endpoints() {
  return <Page title="Endpoints">To come</Page>;
}
