import { Page } from "../ui/Page.tsx";

export function Overview() {
  return <Page title="Overview">To come</Page>;
}
