// The controls of the page: native elements, built from what the server offers and read back into its stores.
// Texts of studies only ever become text nodes, attributes of option elements, or escaped titles.
(() => {
  "use strict";
  const $ = id => document.getElementById(id);
  const say = (id, data) => dash_clientside.set_props(id, { data });
  const narrow = window.matchMedia("(max-width: 700px)");
  const kept = {}; // what was set, by control, so that another study keeps what it shares
  let asked = null;

  const make = (name, attributes = {}, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };

  const selectOf = control => {
    const id = `control-${control.key}`;
    const list = make("select", { id, "data-key": control.key });
    for (const option of control.options)
      list.append(make("option", { value: option.value, ...(option.of ? { "data-of": option.of } : {}) }, option.label));
    const values = control.options.map(option => option.value);
    list.value = values.includes(kept[control.key]) ? kept[control.key] : control.value;
    return make("div", { class: "control" }, make("label", { for: id }, control.label), list);
  };

  const told = control => control.unit ? `${control.label}, ${control.unit}` : control.label;

  // What is narrowed is kept by its values, so that it means the same in another study.
  const nearest = (steps, value) => steps.reduce(
    (best, step, at) => Math.abs(step - value) < Math.abs(steps[best] - value) ? at : best, 0);
  const spelledLike = (control, value) => {
    const at = control.steps.indexOf(value);
    if (at >= 0) return control.spelled[at];
    const places = Math.max(...control.spelled.map(text => (text.split(".")[1] || "").length));
    return value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places + 2 }).replace("-", "−");
  };

  const rangeOf = control => {
    const last = control.steps.length - 1, key = `brush:${control.key}`;
    const ends = kept[key] || { low: null, high: null };
    const place = (value, open) => value === null ? open : nearest(control.steps, value);
    const end = (at, side) => make("input", {
      type: "range", min: 0, max: last, step: 1, value: at, "aria-label": `${told(control)}: ${side}` });
    const low = end(place(ends.low, 0), "from"), high = end(place(ends.high, last), "up to");
    const words = make("output", {}), fill = make("span", { class: "fill" });
    const slider = make("div", { class: "slider" }, make("span", { class: "track" }, fill), low, high);
    const box = make("fieldset", { class: "brush", "data-brush": control.key },
      make("legend", {}, told(control)), words, slider);
    const spelled = (value, open) => value === null ? control.spelled[open] : spelledLike(control, value);
    const show = () => {
      const [from, to] = [spelled(ends.low, 0), spelled(ends.high, last)];
      low.setAttribute("aria-valuetext", from);
      high.setAttribute("aria-valuetext", to);
      words.textContent = `${from} to ${to}`;
      box.classList.toggle("set", ends.low !== null || ends.high !== null);
      fill.style.left = `${100 * low.value / last}%`;
      fill.style.right = `${100 - 100 * high.value / last}%`;
    };
    const keep = moved => {
      const other = moved === low ? high : low;
      const crossed = Number(low.value) > Number(high.value);
      if (crossed) other.value = moved.value;
      const at = input => control.steps[Number(input.value)];
      if (moved === low || crossed) ends.low = Number(low.value) > 0 ? at(low) : null;
      if (moved === high || crossed) ends.high = Number(high.value) < last ? at(high) : null;
      if (ends.low === null && ends.high === null) delete kept[key];
      else kept[key] = Object.assign(ends, { unit: control.unit, label: control.label });
      show();
    };
    for (const input of [low, high]) input.addEventListener("input", () => keep(input));
    box.read = () => [ends.low, ends.high];
    show();
    return box;
  };

  const fixedOf = control => make("fieldset", { class: "brush" }, make("legend", {}, told(control)),
    make("output", {}, `always ${control.spelled[0]}`));

  const storiesOf = control => {
    const out = kept[`brush:${control.key}`]?.out || [];
    const boxes = control.options.map(option => {
      const id = `story-${control.key}-${option.value}`;
      const input = make("input", { type: "checkbox", id, value: option.value });
      input.checked = !out.includes(option.value);
      return make("div", { class: "story" }, input, make("label", { for: id }, option.label));
    });
    const box = make("fieldset", { class: "brush", "data-brush": control.key },
      make("legend", {}, told(control)), ...boxes);
    const inputs = [...box.querySelectorAll("input")];
    const show = () => {
      const left = inputs.filter(input => !input.checked).map(input => input.value);
      if (left.length) kept[`brush:${control.key}`] = { out: left, label: control.label };
      else delete kept[`brush:${control.key}`];
      box.classList.toggle("set", left.length > 0);
    };
    box.addEventListener("change", show);
    box.read = () => inputs.filter(input => input.checked).map(input => input.value);
    show();
    return box;
  };

  const openOf = control => {
    const number = make("input", { type: "number", id: "control-open", min: 0, max: Math.max(...control.most), value: 0 });
    const side = make("select", { id: "control-open-side", "aria-label": "of which side" });
    const button = make("button", { type: "button" }, "Open");
    const go = () => openHistory(Number(side.value), Number(number.value));
    button.addEventListener("click", go);
    number.addEventListener("keydown", event => { if (event.key === "Enter") go(); });
    return make("div", { class: "control" }, make("label", { for: "control-open" }, control.label),
      make("div", { class: "joined" }, number, side, button));
  };

  const kinds = { select: selectOf, range: rangeOf, stories: storiesOf, fixed: fixedOf, open: openOf };
  const built = controls => controls.map(control => kinds[control.kind](control));

  const assumptionsOf = controls => {
    const all = make("button", { type: "button", class: "all" }, "Choose all again");
    all.addEventListener("click", () => {
      for (const key of Object.keys(kept)) if (key.startsWith("brush:")) delete kept[key];
      $("assumptions").querySelector(".brushes").replaceChildren(...built(controls));
      ask();
    });
    const box = make("details", { class: "assumptions" }, make("summary", {}, "Assumptions"),
      make("p", { class: "quiet" }, "Choose among the histories by what was assumed in them."), all,
      make("div", { class: "brushes" }, ...built(controls)));
    box.open = !narrow.matches;
    return box;
  };

  const value = key => $(`control-${key}`)?.value ?? "";
  const gathered = () => {
    const brush = {};
    for (const box of document.querySelectorAll("#assumptions [data-brush]")) brush[box.dataset.brush] = box.read();
    const two = value("option-two");
    return {
      one: { study: value("study"), option: value("option") },
      two: two ? { study: value("study-two") || value("study"), option: two } : null,
      brush, outcome: value("outcome"), theatre: value("theatre"), quantity: value("quantity"),
      along: value("along"), listed: value("listed"), narrow: narrow.matches,
    };
  };
  // Of one side alone there is no list of where it came on that side only, and but one side to open.
  const fitted = () => {
    const two = value("option-two"), lists = $("control-listed"), side = $("control-open-side");
    for (const option of lists?.options || [])
      option.disabled = option.hidden = !two && ["one", "two"].includes(option.value);
    if (lists?.selectedOptions[0]?.disabled) lists.value = "came";
    if (!side) return;
    const chosen = side.value, label = key => $(`control-${key}`)?.selectedOptions[0]?.textContent ?? "";
    const sides = [["0", `first side: ${label("option")}`], ...(two ? [["1", `second side: ${label("option-two")}`]] : [])];
    side.replaceChildren(...sides.map(([value, told]) => make("option", { value }, told)));
    if (sides.some(([value]) => value === chosen)) side.value = chosen;
  };
  const gatheredNow = () => { fitted(); keepAddress(); return gathered(); };
  const ask = () => say("asked", gatheredNow());

  // The view is kept in the fragment of the address, which no browser sends: reloading shows it again.
  const VIEW = ["study", "option", "option-two", "outcome", "theatre", "quantity", "along", "listed",
    "sweep", "sweep-outcome", "sweep-axis", "sweep-option"];
  const keepAddress = () => {
    const view = new URLSearchParams();
    for (const key of VIEW) if ($(`control-${key}`)) view.set(key, value(key));
    if (kept["study-two"]) view.set("study-two", kept["study-two"]);
    for (const [key, entry] of Object.entries(kept)) if (key.startsWith("brush:")) view.set(key, JSON.stringify(entry));
    history.replaceState(null, "", `#${view}`);
  };
  const number = end => typeof end === "number" ? end : null;
  const entryOf = text => {
    let told = null;
    try { told = JSON.parse(text); } catch { return null; }
    if (!told || typeof told !== "object") return null;
    const label = { unit: String(told.unit ?? ""), label: String(told.label ?? "") };
    if (Array.isArray(told.out)) return { out: told.out.map(String), ...label };
    const [low, high] = [number(told.low), number(told.high)];
    return low === null && high === null ? null : { low, high, ...label };
  };
  const fromAddress = () => {
    for (const [key, text] of new URLSearchParams(location.hash.slice(1))) {
      if ([...VIEW, "study-two"].includes(key)) kept[key] = text;
      const entry = key.startsWith("brush:") ? entryOf(text) : null;
      if (entry) kept[key] = entry;
    }
  };
  window.addEventListener("hashchange", () => { if (location.hash.startsWith("#study=")) location.reload(); });

  // Drop what was narrowed that this study does not assume, or assumes as something else, and say so.
  const dropped = controls => {
    const lost = [];
    for (const [key, entry] of Object.entries(kept)) {
      if (!key.startsWith("brush:")) continue;
      const control = controls.find(each => `brush:${each.key}` === key);
      const fits = control && (control.kind === "stories" ? entry.out : control.kind === "range" && !entry.out && control.unit === entry.unit);
      if (fits) continue;
      lost.push(entry.label || key.slice(6));
      delete kept[key];
    }
    $("dropped").textContent = lost.length ? `No longer narrowed, as this study does not assume it so: ${lost.join("; ")}.` : "";
  };

  let opened = null;
  const openHistory = (side, replicate) => {
    const place = side ? asked?.two : asked?.one;
    if (place) openAgain({ ...place, replicate });
  };
  const openAgain = wanted => {
    if (!wanted) return;
    opened = wanted;
    say("open", { ...wanted, at: Date.now() });
    const title = $("history-title");
    title.scrollIntoView({ block: "start" });
    title.focus({ preventScroll: true });
  };

  // Another first study is compared with itself, but where another of the same scenario was chosen.
  const studyChosen = key => {
    const of = list => list?.selectedOptions[0]?.dataset.of;
    const other = $("control-study-two");
    if (key === "study-two" && value("study-two") === value("study")) delete kept["study-two"];
    const stays = kept["study-two"] && of(other) === of($("control-study"));
    if (key === "study" && !stays) delete kept["study-two"];
    if (key === "study-two" || !stays) delete kept["option-two"];
    const two = key === "study-two" || stays ? value("study-two") : "";
    say("studies", { one: value("study"), two: two || value("study") });
  };
  // What nobody chose is not the same as the first side.
  const apart = () => {
    const other = $("control-option-two");
    const same = (value("study-two") || value("study")) === value("study") && other?.value === value("option");
    const free = same && !("option-two" in kept) ? [...other.options].find(each => each.value && each.value !== value("option")) : null;
    if (free) other.value = free.value;
  };

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 60); };

  document.addEventListener("change", event => {
    const target = event.target, key = target.dataset?.key;
    if (key) kept[key] = target.value;
    if (key === "study" || key === "study-two") studyChosen(key);
    else if (key === "sweep") say("sweep-chosen", target.value);
    else if (target.closest?.("#sweep-controls")) say("sweep-asked", sweepGathered());
    else if (target.closest?.("#aside, #listing-controls") && !target.id.startsWith("control-open")) soon();
  });
  document.addEventListener("input", event => { if (event.target.closest?.("#assumptions")) soon(); });
  narrow.addEventListener("change", () => { if (asked) ask(); });

  document.addEventListener("click", event => {
    const target = event.target.closest?.("button");
    if (target?.dataset.replicate) openHistory(Number(target.dataset.side), Number(target.dataset.replicate));
    if (target?.dataset.again) openAgain(opened);
    if (target?.dataset.export === "csv") say("export", { panel: target.dataset.panel, at: Date.now() });
  });

  // A click on a mark that stands for an outcome or an assumption chooses it.
  const choose = (key, click) => {
    const name = click?.points?.[0]?.customdata, list = $(`control-${key}`);
    if (typeof name === "string" && list) { list.value = kept[key] = name; ask(); }
    return nothing();
  };
  const nothing = () => dash_clientside.no_update;
  const changed = (before, after) => JSON.stringify(before) === JSON.stringify(after) ? nothing() : after;
  const spreadOver = (names, before, after) => names.map(name => before ? changed(before[name], after[name]) : after[name]);

  const SWEEP = ["sweep", "sweep-outcome", "sweep-axis", "sweep-option"];
  const sweepGathered = () => {
    if (asked) keepAddress();
    return Object.fromEntries(SWEEP.map(key => [key, value(key)]));
  };
  let sweepAsked = null;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    dashboard: {
      begin: (first, sweep) => {
        fromAddress();
        const two = kept["study-two"];
        return [{ one: kept.study || first, two: two || kept.study || first }, kept.sweep || sweep];
      },
      build: spec => {
        if (!spec) return nothing();
        $("fault").textContent = spec.fault || "";
        if (!spec.fault) dropped(spec.assumptions);
        $("controls").replaceChildren(...spec.groups.map(group =>
          make("fieldset", { class: "group" }, make("legend", {}, group.title), ...built(group.controls))));
        $("assumptions").replaceChildren(...(spec.assumptions.length ? [assumptionsOf(spec.assumptions)] : []));
        $("listing-controls").replaceChildren(...built(spec.listing));
        apart();
        return gatheredNow();
      },
      spread: now => {
        if (!now) return Array(9).fill(nothing());
        const names = ["one", "two", "brush", "outcome", "theatre", "quantity", "along", "listed", "narrow"];
        const out = spreadOver(names, asked, now);
        asked = now;
        return out;
      },
      buildSweep: spec => {
        if (!spec) return nothing();
        $("sweep-fault").textContent = spec.fault || "";
        $("sweep-controls").replaceChildren(...built(spec.controls));
        return sweepGathered();
      },
      spreadSweep: now => {
        if (!now) return SWEEP.map(nothing);
        const out = spreadOver(SWEEP, sweepAsked, now);
        sweepAsked = now;
        return out;
      },
      openPoint: click => {
        const point = click?.points?.[0]?.customdata;
        if (point) openHistory(point[0], point[1]);
        return nothing();
      },
      lookAt: click => choose("outcome", click),
      lookAlong: click => choose("along", click),
    },
  });
})();
