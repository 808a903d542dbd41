import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { fullName, twinsQuery } from "./read.ts";

/** Says when somebody else has the same telephone number or e-mail address; which record is right is for people to tell. */
export function Twins({ customer }: { readonly customer: Customer }) {
  const { data = [] } = useQuery(twinsQuery(customer));
  if (data.length === 0) return null;
  return (
    <section
      aria-label="Perhaps a duplicate"
      className="rounded-control bg-retry-tint px-4 py-2 text-retry"
    >
      <ul>
        {data.map(({ customer: other, shares }) => (
          <li key={other.id} className="break-words">
            Perhaps a duplicate:{" "}
            <Link
              to="/customers/$id"
              params={{ id: other.id }}
              dir="auto"
              className="font-[600] underline"
            >
              {fullName(other)}
            </Link>{" "}
            (number {other.number}) has the same {shares.join(" and the same ")}.
          </li>
        ))}
      </ul>
      <p className="text-12">
        Records are not merged here: go on with one, and say so in a note on the other.
      </p>
    </section>
  );
}
