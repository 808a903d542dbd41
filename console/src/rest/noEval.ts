import { config } from "zod";

// Zod would try whether it may make functions out of text; the policy says no, and the browser tells so as a fault.
config({ jitless: true });
