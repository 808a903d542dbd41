import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Guest } from "./Guest.tsx";
import "../styles.css";

const root = document.querySelector("#root");
if (!root) throw new Error("The page has no place for what it shows");
createRoot(root).render(
  <StrictMode>
    <Guest />
  </StrictMode>,
);
