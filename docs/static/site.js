"use strict";
// What the theme leaves out for those who read with a screen reader or without a mouse.
document.addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.setAttribute("aria-level", "2");
  for (const block of document.querySelectorAll("pre, .table-wrapper, article table")) block.tabIndex = 0;
});
