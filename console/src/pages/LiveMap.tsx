import { Page } from "../ui/Page.tsx";

export function LiveMap() {
  return <Page title="LiveMap">To come</Page>;
}
