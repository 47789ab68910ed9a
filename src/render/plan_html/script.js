"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const steps = all(".step");
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const text = new Map(steps.map((step) => [step, step.textContent.toLowerCase()]));
  const has = (list, wanted) => wanted === "" || list.split(" ").includes(wanted);
  const filter = () => {
    const value = (name) => form.elements.namedItem(name)?.value ?? "";
    const words = value("find").toLowerCase().split(/\s+/).filter((word) => word !== "");
    let count = 0;
    for (const step of steps) {
      const is = has(step.dataset.kind, value("kind")) && has(step.dataset.verdict, value("verdict"))
        && has(step.dataset.teams, value("team")) && has(step.dataset.approvers, value("approver"))
        && words.every((word) => text.get(step).includes(word));
      step.hidden = !is;
      count += is ? 1 : 0;
    }
    shown.textContent = `${count} of ${steps.length} shown`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  filter();
  const open = () => {
    const step = document.getElementById(location.hash.slice(1));
    if (step && step.classList.contains("step")) {
      step.hidden = false;
      step.open = true;
      step.querySelector("summary").focus();
    }
  };
  addEventListener("hashchange", open);
  open();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details").filter((one) => !one.open);
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
  const go = (by, only) => {
    const seen = steps.filter((step) => !step.hidden && (!only || step.dataset.person === "yes"));
    if (seen.length === 0) return;
    const here = seen.findIndex((step) => step.contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : seen.length - 1) : (here + by + seen.length) % seen.length;
    seen[next].querySelector("summary").focus();
    seen[next].scrollIntoView({ block: "nearest" });
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      const isDone = event.key === "Escape" || (event.key === "Enter" && event.target.name === "find");
      if (isDone && !event.isComposing) {
        // The field keeps what was written, and the first step that is shown has the keys.
        event.preventDefault();
        event.target.blur();
        go(1);
      }
      return;
    }
    const keys = { j: () => go(1), k: () => go(-1), "!": () => go(1, true), "/": () => form.elements.namedItem("find").focus(), "?": () => { const keys = document.getElementById("keys"); keys.open = !keys.open; keys.scrollIntoView({ block: "nearest" }); } };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  for (const svg of all("svg")) {
    const light = (node) => {
      svg.classList.toggle("busy", node !== null);
      for (const path of svg.querySelectorAll("path")) {
        path.classList.toggle("on", node !== null && (path.dataset.from === node || path.dataset.to === node));
      }
    };
    for (const node of svg.querySelectorAll("[data-node]")) {
      for (const event of ["mouseenter", "focusin"]) node.addEventListener(event, () => light(node.dataset.node));
      for (const event of ["mouseleave", "focusout"]) node.addEventListener(event, () => light(null));
    }
  }
})();
