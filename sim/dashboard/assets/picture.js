// Figures saved as pictures on white, each with what it is of, so that it can stand alone.
(() => {
  "use strict";
  const escaped = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const lines = (text, width) => {
    const out = [""];
    for (const word of text.split(" "))
      if ((out.at(-1) + word).length > width) out.push(`${word} `); else out[out.length - 1] += `${word} `;
    return out.filter(line => line.trim()).map(line => escaped(line.trim()));
  };

  // Marking and caption come with the figure itself: they are those of the study or sweep it was drawn of.
  const headOf = (plot, title, width) => {
    const { marking = "", caption = "" } = plot.layout.meta || {};
    const large = [...lines(marking, width / 10).map(line => `<b>${line}</b>`), ...lines(title, width / 10)];
    const small = lines(caption, width / 7).map(line => `<span style="font-size:13px">${line}</span>`);
    return { text: [...large, ...small].join("<br>"), height: 25 * large.length + 20 * small.length + 20 };
  };

  const save = async (panel, format) => {
    const plot = document.querySelector(`#graph-${panel} .js-plotly-plot`);
    if (!plot || plot.closest(".faulty")) return;
    const title = document.getElementById(`title-${panel}`).textContent;
    const width = Math.max(900, plot.offsetWidth);
    const head = headOf(plot, title, width);
    const layout = structuredClone(plot.layout), height = plot.offsetHeight + head.height;
    const ink = { ...layout.font, color: "#17202a" };
    Object.assign(layout, { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", font: ink,
      margin: { ...layout.margin, t: (layout.margin?.t ?? 40) + head.height }, autosize: false,
      title: { text: head.text, x: 0, xref: "container", xanchor: "left", y: 1, yref: "container",
        yanchor: "top", pad: { t: 26, l: 12 }, font: { size: 18, color: "#17202a" } } });
    const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "figure";
    await Plotly.downloadImage({ data: plot.data, layout: { ...layout, width, height } },
      { format, width, height, filename: name, scale: format === "png" ? 2 : 1 });
  };

  document.addEventListener("click", event => {
    const { export: kind, panel } = event.target.closest?.("button")?.dataset ?? {};
    if (kind && kind !== "csv") save(panel, kind);
  });
})();
