"use strict";
// Draw every chart from the specification beside it; nothing is fetched.
const direction = window.innerWidth < 600 ? "vertical" : "horizontal";
const legend = { layout: { top: { anchor: "start", bounds: "full", direction } } };
for (const held of document.querySelectorAll("script[data-chart]")) {
  const place = document.getElementById(held.dataset.chart);
  const options = { renderer: "svg", actions: false, ast: true, config: { legend } };
  vegaEmbed(place, JSON.parse(held.textContent), options).catch((error) => {
    place.textContent = place.dataset.failed;
    console.error(error);
  });
}
// On paper nobody can open a table; the long ones are in the workbook.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details[data-print]:not([open])")];
  for (const one of opened) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});
