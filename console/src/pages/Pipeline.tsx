import { Page } from "../ui/Page.tsx";

export function Pipeline() {
  return <Page title="Pipeline">To come</Page>;
}
