import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { EventEnvelope } from "../../../src/contract/catalogue.ts";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { api } from "../api.ts";
import { everyPage } from "../parties.ts";

/** What the pages of customers read. */

export const customersQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["flow", "customers", q ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api.customers.list({
        limit: 50,
        ...(q !== undefined && { q }),
        ...(pageParam !== undefined && { after: pageParam }),
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "customer", id],
    queryFn: () => api.customers.get({ id }),
  });

export const dealsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "dealsOf", id],
    queryFn: () => everyPage((page) => api.surveys.list({ id, ...page })),
  });

export const appointmentsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "appointmentsOf", id],
    queryFn: () => everyPage((page) => api.appointments.list({ id, ...page })),
  });

export const notesOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "notesOf", id],
    queryFn: () => everyPage((page) => api.notes.list({ id, ...page })),
  });

/** The customer's last events. */
export const eventsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", "eventsOf", id],
    queryFn: async () => {
      const page = await api.events.list({
        before: Number.MAX_SAFE_INTEGER,
        limit: 12,
        customer_id: id,
      });
      // The contract names the body of the API loosely; it is the envelope of deliveries.
      return page.data as unknown as EventEnvelope[];
    },
  });

export interface Twin {
  readonly customer: Customer;
  /** What both have. */
  readonly shares: readonly string[];
}

/** Other customers with the same telephone number or e-mail address: perhaps the same household, twice. */
export const twinsQuery = ({ id, phone, email }: Customer) =>
  queryOptions({
    queryKey: ["flow", "twins", id, phone, email],
    queryFn: async () => {
      const known = [phone, email].filter((each) => each !== null);
      const found = await Promise.all(known.map((q) => api.customers.list({ q, limit: 20 })));
      const others = new Map(found.flatMap(({ data }) => data).map((each) => [each.id, each]));
      others.delete(id);
      return [...others.values()].flatMap((customer): readonly Twin[] => {
        const shares = [
          ...(phone !== null && customer.phone === phone ? ["telephone number"] : []),
          ...(email !== null && customer.email?.toLowerCase() === email.toLowerCase()
            ? ["e-mail address"]
            : []),
        ];
        return shares.length > 0 ? [{ customer, shares }] : [];
      });
    },
    enabled: phone !== null || email !== null,
  });

/** A customer's name. */
export const fullName = ({ first_name, last_name }: { first_name: string; last_name: string }) =>
  `${first_name} ${last_name}`;
