import { Page } from "../ui/Page.tsx";

export function Installs() {
  return <Page title="Installs">To come</Page>;
}
