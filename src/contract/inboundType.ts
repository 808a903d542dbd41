/** The type of all events that came in. By itself: who only names it needs no schemas. */
export const inboundType = "inbound";
