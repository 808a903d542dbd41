import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./api.ts";
import { readPage } from "./catalogue/read.ts";
import { router } from "./router.tsx";
import "./styles.css";

// The policy allows no code made of text. Told where all copies of zod look, before the pages that bring the contract's schemas.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

const root = document.querySelector("#root");
if (!root) throw new Error("The page has no place for the console");
// A page that came written is replaced only when all that it shows is there again, so that it does not blink.
if (root.hasChildNodes()) await Promise.all([router.load(), readPage(window.location.pathname)]);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
