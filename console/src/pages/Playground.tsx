import { Page } from "../ui/Page.tsx";

export function Playground() {
  return <Page title="Playground">To come</Page>;
}
