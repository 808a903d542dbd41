import { Page } from "../ui/Page.tsx";

export function Customers() {
  return <Page title="Customers">To come</Page>;
}
