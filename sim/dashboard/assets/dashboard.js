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
      list.append(make("option", { value: option.value }, option.label));
    const values = control.options.map(option => option.value);
    list.value = values.includes(kept[control.key]) ? kept[control.key] : control.value;
    return make("div", { class: "control" }, make("label", { for: id }, control.label), list);
  };

  const told = control => control.unit ? `${control.label}, ${control.unit}` : control.label;

  const rangeOf = control => {
    const last = control.steps.length - 1;
    const [a, b] = kept[`brush:${control.key}`] || [0, last];
    const end = (at, side) => make("input", {
      type: "range", min: 0, max: last, step: 1, value: at, "aria-label": `${told(control)}: ${side}` });
    const low = end(a, "from"), high = end(b, "up to");
    const words = make("output", {}), fill = make("span", { class: "fill" });
    const slider = make("div", { class: "slider" }, make("span", { class: "track" }, fill), low, high);
    const box = make("fieldset", { class: "brush", "data-brush": control.key },
      make("legend", {}, told(control)), words, slider);
    const show = () => {
      const [from, to] = [Number(low.value), Number(high.value)];
      const open = from === 0 && to === last;
      low.setAttribute("aria-valuetext", control.spelled[from]);
      high.setAttribute("aria-valuetext", control.spelled[to]);
      words.textContent = `${control.spelled[from]} to ${control.spelled[to]}`;
      box.classList.toggle("set", !open);
      fill.style.left = `${100 * from / last}%`;
      fill.style.right = `${100 - 100 * to / last}%`;
    };
    const keep = moved => {
      if (Number(low.value) > Number(high.value)) (moved === low ? low : high).value = (moved === low ? high : low).value;
      kept[`brush:${control.key}`] = [Number(low.value), Number(high.value)];
      show();
    };
    for (const input of [low, high]) input.addEventListener("input", () => keep(input));
    box.read = () => {
      const [from, to] = [Number(low.value), Number(high.value)];
      return [from > 0 ? control.steps[from] : null, to < last ? control.steps[to] : null];
    };
    show();
    return box;
  };

  const storiesOf = control => {
    const out = kept[`brush:${control.key}`] || [];
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
      kept[`brush:${control.key}`] = left;
      box.classList.toggle("set", left.length > 0);
    };
    box.addEventListener("change", show);
    box.read = () => inputs.filter(input => input.checked).map(input => input.value);
    show();
    return box;
  };

  const openOf = control => {
    const number = make("input", { type: "number", id: "control-open", min: 0, max: control.most, value: 0 });
    const button = make("button", { type: "button" }, "Open");
    const go = () => openHistory(0, Number(number.value));
    button.addEventListener("click", go);
    number.addEventListener("keydown", event => { if (event.key === "Enter") go(); });
    return make("div", { class: "control" }, make("label", { for: "control-open" }, control.label),
      make("div", { class: "joined" }, number, button));
  };

  const kinds = { select: selectOf, range: rangeOf, stories: storiesOf, open: openOf };
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
  const ask = () => say("asked", gathered());

  const openHistory = (side, replicate) => {
    const place = side ? asked?.two : asked?.one;
    if (!place) return;
    say("open", { ...place, replicate, at: Date.now() });
    const title = $("history-title");
    title.scrollIntoView({ block: "start" });
    title.focus({ preventScroll: true });
  };

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 60); };

  document.addEventListener("change", event => {
    const target = event.target, key = target.dataset?.key;
    if (key) kept[key] = target.value;
    if (key === "study" || key === "study-two") {
      if (key === "study" && $("control-study-two")) delete kept["option-two"];
      say("studies", { one: value("study"), two: value("study-two") || value("study") });
    } else if (key === "sweep") say("sweep-chosen", target.value);
    else if (target.closest?.("#sweep-controls")) say("sweep-asked", sweepGathered());
    else if (target.closest?.("#aside, #listing-controls") && target.id !== "control-open") soon();
  });
  document.addEventListener("input", event => { if (event.target.closest?.("#assumptions")) soon(); });
  narrow.addEventListener("change", () => { if (asked) ask(); });

  document.addEventListener("click", event => {
    const target = event.target.closest?.("button");
    if (target?.dataset.replicate) openHistory(Number(target.dataset.side), Number(target.dataset.replicate));
    const kind = target?.dataset.export, panel = target?.dataset.panel;
    if (kind === "csv") say("export", { panel, at: Date.now() });
    else if (kind) picture(panel, kind);
  });

  const escaped = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const lines = (text, width) => {
    const out = [""];
    for (const word of text.split(" "))
      if ((out.at(-1) + word).length > width) out.push(`${word} `); else out[out.length - 1] += `${word} `;
    return out.filter(line => line.trim()).map(line => escaped(line.trim()));
  };
  // A picture on white with its title, and the marking of the study, so that it can stand alone.
  const picture = async (panel, format) => {
    const plot = document.querySelector(`#graph-${panel} .js-plotly-plot`);
    if (!plot) return;
    const title = $(`title-${panel}`).textContent, marking = $("marking").textContent;
    const width = Math.max(900, plot.offsetWidth);
    const head = [...(marking ? [escaped(marking)] : []), ...lines(title, width / 10)];
    const layout = structuredClone(plot.layout), more = 26 * head.length + 14;
    const ink = { ...layout.font, color: "#17202a" };
    const top = (layout.margin?.t ?? 40) + more;
    Object.assign(layout, { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", font: ink,
      margin: { ...layout.margin, t: top }, autosize: false,
      title: { text: head.join("<br>"), x: 0, xref: "paper", xanchor: "left", y: 1, yref: "container",
        yanchor: "top", pad: { t: 12 }, font: { size: 18, color: "#17202a" } } });
    const height = plot.layout.height + more;
    const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "figure";
    await Plotly.downloadImage({ data: plot.data, layout: { ...layout, width, height } },
      { format, width, height, filename: name, scale: format === "png" ? 2 : 1 });
  };

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
  const sweepGathered = () => Object.fromEntries(SWEEP.map(key => [key, value(key)]));
  let sweepAsked = null;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    dashboard: {
      build: spec => {
        if (!spec) return nothing();
        $("controls").replaceChildren(...spec.groups.map(group =>
          make("fieldset", { class: "group" }, make("legend", {}, group.title), ...built(group.controls))));
        $("assumptions").replaceChildren(...(spec.assumptions.length ? [assumptionsOf(spec.assumptions)] : []));
        $("listing-controls").replaceChildren(...built(spec.listing));
        return gathered();
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
