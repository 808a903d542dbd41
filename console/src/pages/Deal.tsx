import { Page } from "../ui/Page.tsx";

export function Deal() {
  return <Page title="Deal">To come</Page>;
}
