import { Page } from "../ui/Page.tsx";

export function Customer() {
  return <Page title="Customer">To come</Page>;
}
