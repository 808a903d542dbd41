/** What a machine asks of the service itself, beside the API. No key is needed. */
export const probes = [
  {
    path: "/healthz",
    name: "getHealth",
    summary: "Read whether the process runs",
    type: "application/json",
    mayBeUnready: false,
  },
  {
    path: "/readyz",
    name: "getReadiness",
    summary: "Read whether the database answers and has the right schema",
    type: "application/json",
    mayBeUnready: true,
  },
  {
    path: "/metrics",
    name: "getMetrics",
    summary: "Read the metrics, for Prometheus",
    type: "text/plain",
    mayBeUnready: false,
  },
] as const;

/** Paths of the probes, for OpenAPI. */
export const probePaths = () =>
  Object.fromEntries(probes.map((probe) => [probe.path, { get: probeObject(probe) }]));

const probeObject = ({ name, summary, type, mayBeUnready }: (typeof probes)[number]) => ({
  operationId: name,
  summary,
  tags: ["service"],
  security: [],
  responses: {
    "200": { description: "Yes.", content: { [type]: { schema: {} } } },
    ...(mayBeUnready && { "503": { description: "Not yet, or not now." } }),
  },
});
