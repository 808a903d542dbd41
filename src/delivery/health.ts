/** Customers in a row whose first attempts fail, none delivered between, until it is the endpoint's failure. */
const failuresOfEndpoint = 5;

/** Whether an endpoint is up, and how many deliveries it may get at once. Pure bookkeeping. */
export interface Health {
  readonly isDown: boolean;
  /** Probes that failed since it went down, the fall itself included; 0 while it is up. */
  readonly step: number;
  /** Deliveries at once, at most `max`: after a recovery 1, then doubled by every success. */
  allowed(max: number): number;
  /** An entry was delivered. */
  delivered(): void;
  /** A customer's first attempt failed. @returns whether so many failed in a row that it is the endpoint's failure. */
  failed(customerId: string): boolean;
  /** The endpoint is down, or a probe failed. @returns the step. */
  fall(): number;
  /** A probe succeeded. */
  rise(): void;
}

/** @param startStep probes that failed so far, as it was last written down; 0 when it is up. */
export function createHealth(startStep: number): Health {
  const failedCustomers = new Set<string>();
  let step = startStep;
  let ramp = startStep > 0 ? 1 : Number.POSITIVE_INFINITY;
  return {
    get isDown() {
      return step > 0;
    },
    get step() {
      return step;
    },
    allowed: (max) => Math.min(max, ramp),
    delivered() {
      failedCustomers.clear();
      ramp *= 2;
    },
    failed(customerId) {
      failedCustomers.add(customerId);
      return failedCustomers.size >= failuresOfEndpoint;
    },
    fall() {
      step += 1;
      return step;
    },
    rise() {
      step = 0;
      ramp = 1;
      failedCustomers.clear();
    },
  };
}
