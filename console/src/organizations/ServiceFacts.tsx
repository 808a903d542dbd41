import { queryOptions, useQuery } from "@tanstack/react-query";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Facts, Panel } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";

/** What the two probes answer. They stand outside of the API, as those who watch a service expect them. */
interface Probe {
  readonly status?: string;
  readonly version?: string;
  readonly schema?: string | number;
  readonly reason?: string;
}

const probe = async (path: "/healthz" | "/readyz") => (await (await fetch(path)).json()) as Probe;

/** How often the service is asked how it is, in milliseconds. */
const everyMs = 15_000;

const serviceQuery = queryOptions({
  queryKey: ["service"],
  queryFn: async () => ({ health: await probe("/healthz"), ready: await probe("/readyz") }),
  refetchInterval: everyMs,
});

/** Which Heliograph this is, and whether it can work. */
export function ServiceFacts() {
  const service = useQuery(serviceQuery);
  const { health, ready } = service.data ?? {};
  const isReady = ready?.status === "ready";
  return (
    <Panel title="Service">
      {service.isPending && <Skeleton rows={3} />}
      {service.isError && (
        <div className="p-5">
          <Failure error={service.error} retry={() => void service.refetch()} />
        </div>
      )}
      {health && (
        <Facts
          facts={[
            ["Version", health.version],
            ["State", <Tag tone={isReady ? "ok" : "fail"}>{isReady ? "Ready" : "Not ready"}</Tag>],
            isReady ? ["Database schema", String(ready.schema ?? "–")] : ["Why", ready?.reason],
            ["Address", window.location.origin],
          ]}
        />
      )}
      <ul className="flex flex-wrap gap-x-4 border-t border-line px-5 py-3 text-12">
        {[
          ["/v1/openapi.json", "OpenAPI"],
          ["/v1/asyncapi.json", "AsyncAPI"],
          ["/metrics", "Metrics"],
        ].map(([href, label]) => (
          <li key={href}>
            <a href={href} className="text-cell underline">
              {label}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
